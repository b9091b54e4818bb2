package io.github.chirpconnect.api.v4.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.api.inventory.Level;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.api.inventory.Order;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.ListDeviceProfilesRequest;
import io.github.chirpconnect.proto.v4.ListDeviceProfilesResponse;

/**
 * Device profiles of tenants, or those that belong to no tenant and that all may use. A list has
 * neither the codec nor the intervals.
 */
final class DeviceProfileLister
    extends Lister<ListDeviceProfilesRequest, ListDeviceProfilesResponse, DeviceProfileListItem> {
  /**
   * @param level {@link Level#TENANT}; {@link Level#SERVER} for those that belong to no tenant
   */
  DeviceProfileLister(Level level) {
    super(
        Feed.DEVICE_PROFILES,
        level,
        Order.NOT_UNIQUE,
        DeviceProfileServiceGrpc.getListMethod(),
        ListDeviceProfilesResponse::getResultList,
        ListDeviceProfilesResponse::getTotalCount);
  }

  @Override
  public ListDeviceProfilesRequest request(Place place, int limit, int offset) {
    ListDeviceProfilesRequest.Builder request =
        ListDeviceProfilesRequest.newBuilder().setLimit(limit).setOffset(offset);
    return place.tenantId() == null
        ? request.setGlobalOnly(true).build()
        : request.setTenantId(place.tenantId()).setTenantOnly(true).build();
  }

  @Override
  public String id(DeviceProfileListItem row) {
    return row.getId();
  }

  @Override
  public ObjectNode body(DeviceProfileListItem row, boolean byId) {
    return ProtoJson.of(row);
  }
}
