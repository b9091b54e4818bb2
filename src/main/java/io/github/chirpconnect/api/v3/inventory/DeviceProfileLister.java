package io.github.chirpconnect.api.v3.inventory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.inventory.Level;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.api.inventory.Order;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v3.DeviceProfileListItem;
import io.github.chirpconnect.proto.v3.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.ListDeviceProfileRequest;
import io.github.chirpconnect.proto.v3.ListDeviceProfileResponse;

/**
 * Device profiles. A list has little more than names; the details would take one call for each,
 * which also burdens the network server.
 */
final class DeviceProfileLister
    extends Lister<ListDeviceProfileRequest, ListDeviceProfileResponse, DeviceProfileListItem> {
  DeviceProfileLister() {
    super(
        Feed.DEVICE_PROFILES,
        Level.TENANT,
        Order.NOT_UNIQUE,
        DeviceProfileServiceGrpc.getListMethod(),
        ListDeviceProfileResponse::getResultList,
        ListDeviceProfileResponse::getTotalCount);
  }

  @Override
  public ListDeviceProfileRequest request(Place place, int limit, int offset) {
    return ListDeviceProfileRequest.newBuilder()
        .setOrganizationId(Long.parseLong(place.tenantId()))
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
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("id", row.getId());
    V4Form.time(body, "createdAt", row.hasCreatedAt(), row.getCreatedAt());
    V4Form.time(body, "updatedAt", row.hasUpdatedAt(), row.getUpdatedAt());
    body.put("name", row.getName());
    V4Form.unknown(body, "region", "macVersion", "regParamsRevision");
    V4Form.unknown(body, "supportsOtaa", "supportsClassB", "supportsClassC");
    V4Form.unknown(body, "vendorId", "vendorName", "deviceId", "deviceName", "firmwareVersion");
    return body;
  }
}
