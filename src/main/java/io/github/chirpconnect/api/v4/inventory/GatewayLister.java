package io.github.chirpconnect.api.v4.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.api.inventory.Level;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.api.inventory.Order;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.ListGatewaysRequest;
import io.github.chirpconnect.proto.v4.ListGatewaysRequest.OrderBy;
import io.github.chirpconnect.proto.v4.ListGatewaysResponse;
import java.time.Instant;

/** Gateways, with the state that the server computes for each answer. */
final class GatewayLister
    extends Lister<ListGatewaysRequest, ListGatewaysResponse, GatewayListItem> {
  GatewayLister() {
    super(
        Feed.GATEWAYS,
        Level.TENANT,
        Order.BY_ID,
        GatewayServiceGrpc.getListMethod(),
        ListGatewaysResponse::getResultList,
        ListGatewaysResponse::getTotalCount);
  }

  @Override
  public ListGatewaysRequest request(Place place, int limit, int offset) {
    return ListGatewaysRequest.newBuilder()
        .setTenantId(place.tenantId())
        .setOrderBy(OrderBy.GATEWAY_ID)
        .setLimit(limit)
        .setOffset(offset)
        .build();
  }

  @Override
  public String id(GatewayListItem row) {
    return row.getGatewayId();
  }

  @Override
  public Instant lastSeenAt(GatewayListItem row) {
    return row.hasLastSeenAt() ? ProtoJson.instant(row.getLastSeenAt()) : null;
  }

  @Override
  public ObjectNode body(GatewayListItem row, boolean byId) {
    ObjectNode body = ProtoJson.of(row);
    // From 4.19 on a gateway has a priority above zero.
    if (row.getDownlinkPriority() == 0) {
      body.putNull("downlinkPriority");
    }
    return body;
  }
}
