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

/** Device profiles that belong to no tenant, and that all tenants may use. */
final class GlobalDeviceProfileLister
    extends Lister<ListDeviceProfilesRequest, ListDeviceProfilesResponse, DeviceProfileListItem> {
  GlobalDeviceProfileLister() {
    super(
        Feed.DEVICE_PROFILES,
        Level.SERVER,
        Order.NOT_UNIQUE,
        DeviceProfileServiceGrpc.getListMethod(),
        ListDeviceProfilesResponse::getResultList,
        ListDeviceProfilesResponse::getTotalCount);
  }

  @Override
  public ListDeviceProfilesRequest request(Place place, int limit, int offset) {
    return ListDeviceProfilesRequest.newBuilder()
        .setGlobalOnly(true)
        .setLimit(limit)
        .setOffset(offset)
        .build();
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
