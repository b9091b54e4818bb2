package io.github.chirpconnect.api.v4.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.api.inventory.Level;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.api.inventory.Order;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v4.ListMulticastGroupsRequest;
import io.github.chirpconnect.proto.v4.ListMulticastGroupsResponse;
import io.github.chirpconnect.proto.v4.MulticastGroupListItem;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;

/**
 * Multicast groups, without their members and keys. They are listed for each application: a list
 * for a tenant would be that of all tenants.
 */
final class MulticastGroupLister
    extends Lister<
        ListMulticastGroupsRequest, ListMulticastGroupsResponse, MulticastGroupListItem> {
  MulticastGroupLister() {
    super(
        Feed.MULTICAST_GROUPS,
        Level.APPLICATION,
        Order.NOT_UNIQUE,
        MulticastGroupServiceGrpc.getListMethod(),
        ListMulticastGroupsResponse::getResultList,
        ListMulticastGroupsResponse::getTotalCount);
  }

  @Override
  public ListMulticastGroupsRequest request(Place place, int limit, int offset) {
    return ListMulticastGroupsRequest.newBuilder()
        .setApplicationId(place.applicationId())
        .setLimit(limit)
        .setOffset(offset)
        .build();
  }

  @Override
  public String id(MulticastGroupListItem row) {
    return row.getId();
  }

  @Override
  public ObjectNode body(MulticastGroupListItem row, boolean byId) {
    return ProtoJson.of(row);
  }
}
