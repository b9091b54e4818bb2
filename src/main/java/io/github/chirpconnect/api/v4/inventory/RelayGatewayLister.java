package io.github.chirpconnect.api.v4.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.api.inventory.Level;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.api.inventory.Order;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.ListRelayGatewaysRequest;
import io.github.chirpconnect.proto.v4.ListRelayGatewaysResponse;
import io.github.chirpconnect.proto.v4.RelayGatewayListItem;
import java.time.Instant;

/** Relay gateways, from 4.9 on. Their ids are unique only in a tenant. */
final class RelayGatewayLister
    extends Lister<ListRelayGatewaysRequest, ListRelayGatewaysResponse, RelayGatewayListItem> {
  RelayGatewayLister() {
    super(
        Feed.RELAY_GATEWAYS,
        Level.TENANT,
        Order.NOT_UNIQUE,
        GatewayServiceGrpc.getListRelayGatewaysMethod(),
        ListRelayGatewaysResponse::getResultList,
        ListRelayGatewaysResponse::getTotalCount);
  }

  @Override
  public ListRelayGatewaysRequest request(Place place, int limit, int offset) {
    return ListRelayGatewaysRequest.newBuilder()
        .setTenantId(place.tenantId())
        .setLimit(limit)
        .setOffset(offset)
        .build();
  }

  @Override
  public String id(RelayGatewayListItem row) {
    return row.getTenantId() + ":" + row.getRelayId();
  }

  @Override
  public Instant lastSeenAt(RelayGatewayListItem row) {
    return row.hasLastSeenAt() ? ProtoJson.instant(row.getLastSeenAt()) : null;
  }

  @Override
  public ObjectNode body(RelayGatewayListItem row, boolean byId) {
    return ProtoJson.of(row);
  }
}
