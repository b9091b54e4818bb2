package io.github.chirpconnect.api.v3.inventory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.api.inventory.Level;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.api.inventory.Order;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v3.GatewayListItem;
import io.github.chirpconnect.proto.v3.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v3.ListGatewayRequest;
import io.github.chirpconnect.proto.v3.ListGatewayResponse;
import io.github.chirpconnect.proto.v3.common.Location;
import java.time.Instant;

/** Gateways, in the order of names, which are unique in an organization. */
final class GatewayLister extends Lister<ListGatewayRequest, ListGatewayResponse, GatewayListItem> {
  GatewayLister() {
    super(
        Feed.GATEWAYS,
        Level.TENANT,
        Order.UNIQUE,
        GatewayServiceGrpc.getListMethod(),
        ListGatewayResponse::getResultList,
        ListGatewayResponse::getTotalCount);
  }

  @Override
  public ListGatewayRequest request(Place place, int limit, int offset) {
    return ListGatewayRequest.newBuilder()
        .setOrganizationId(Long.parseLong(place.tenantId()))
        .setLimit(limit)
        .setOffset(offset)
        .build();
  }

  @Override
  public String id(GatewayListItem row) {
    return row.getId();
  }

  @Override
  public Instant lastSeenAt(GatewayListItem row) {
    return row.hasLastSeenAt() ? ProtoJson.instant(row.getLastSeenAt()) : null;
  }

  @Override
  public ObjectNode body(GatewayListItem row, boolean byId) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("gatewayId", row.getId());
    body.put("name", row.getName());
    body.put("description", row.getDescription());
    if (row.hasLocation()) {
      location(row.getLocation(), body.putObject("location"));
    }
    V4Form.time(body, "createdAt", row.hasCreatedAt(), row.getCreatedAt());
    V4Form.time(body, "updatedAt", row.hasUpdatedAt(), row.getUpdatedAt());
    V4Form.time(body, "lastSeenAt", row.hasLastSeenAt(), row.getLastSeenAt());
    V4Form.unknown(body, "properties", "state", "downlinkPriority");
    return body;
  }

  /** A list has only the coordinates. */
  private static void location(Location location, ObjectNode body) {
    body.put("latitude", location.getLatitude());
    body.put("longitude", location.getLongitude());
    body.put("altitude", location.getAltitude());
    V4Form.unknown(body, "source", "accuracy");
  }
}
