package io.github.chirpconnect.api.v4.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.api.inventory.Level;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.api.inventory.Order;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.ListDevicesRequest;
import io.github.chirpconnect.proto.v4.ListDevicesRequest.OrderBy;
import io.github.chirpconnect.proto.v4.ListDevicesResponse;
import java.time.Instant;

/** Devices. Their tags, and the order by EUI, came with 4.12. */
final class DeviceLister extends Lister<ListDevicesRequest, ListDevicesResponse, DeviceListItem> {
  DeviceLister() {
    super(
        Feed.DEVICES,
        Level.APPLICATION,
        Order.BY_ID,
        DeviceServiceGrpc.getListMethod(),
        ListDevicesResponse::getResultList,
        ListDevicesResponse::getTotalCount);
  }

  @Override
  public ListDevicesRequest request(Place place, int limit, int offset) {
    return ListDevicesRequest.newBuilder()
        .setApplicationId(place.applicationId())
        .setOrderBy(OrderBy.DEV_EUI)
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
    ObjectNode body = ProtoJson.of(row);
    // -1 means unknown. A device on external power gets it too.
    if (row.getDeviceStatus().getBatteryLevel() < 0) {
      ((ObjectNode) body.get("deviceStatus")).putNull("batteryLevel");
    }
    if (!byId && row.getTagsCount() == 0) {
      body.putNull("tags");
    }
    return body;
  }
}
