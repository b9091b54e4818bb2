package io.github.chirpconnect.api.v3.inventory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.api.inventory.Level;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.api.inventory.Order;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v3.DeviceListItem;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.ListDeviceRequest;
import io.github.chirpconnect.proto.v3.ListDeviceResponse;
import java.time.Instant;

/**
 * Devices, in the order of names, which are unique in an application, by the database's collation.
 * No API key may list all devices at once. An item has neither tags nor the times of creation and
 * change; these would take one call for each device, which also burdens the network server.
 */
final class DeviceLister extends Lister<ListDeviceRequest, ListDeviceResponse, DeviceListItem> {
  /** The value for "unknown"; a margin in dB is never that high. */
  private static final int NO_MARGIN = 256;

  DeviceLister() {
    super(
        Feed.DEVICES,
        Level.APPLICATION,
        Order.UNIQUE,
        DeviceServiceGrpc.getListMethod(),
        ListDeviceResponse::getResultList,
        ListDeviceResponse::getTotalCount);
  }

  @Override
  public ListDeviceRequest request(Place place, int limit, int offset) {
    return ListDeviceRequest.newBuilder()
        .setApplicationId(Long.parseLong(place.applicationId()))
        .setLimit(limit)
        .setOffset(offset)
        .build();
  }

  @Override
  public String id(DeviceListItem row) {
    return row.getDevEui();
  }

  @Override
  public Instant lastSeenAt(DeviceListItem row) {
    return row.hasLastSeenAt() ? ProtoJson.instant(row.getLastSeenAt()) : null;
  }

  @Override
  public ObjectNode body(DeviceListItem row, boolean byId) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("devEui", row.getDevEui());
    V4Form.time(body, "lastSeenAt", row.hasLastSeenAt(), row.getLastSeenAt());
    body.put("name", row.getName());
    body.put("description", row.getDescription());
    body.put("deviceProfileId", row.getDeviceProfileId());
    body.put("deviceProfileName", row.getDeviceProfileName());
    if (row.getDeviceStatusMargin() != NO_MARGIN) {
      status(row, body.putObject("deviceStatus"));
    }
    V4Form.unknown(body, "createdAt", "updatedAt", "tags");
    return body;
  }

  private static void status(DeviceListItem row, ObjectNode status) {
    boolean external = row.getDeviceStatusExternalPowerSource();
    boolean unknown = external || row.getDeviceStatusBatteryLevelUnavailable();
    status.put("margin", row.getDeviceStatusMargin());
    status.put("externalPowerSource", external);
    status.set(
        "batteryLevel", unknown ? null : ProtoJson.number(row.getDeviceStatusBatteryLevel()));
  }
}
