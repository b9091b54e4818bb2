package io.github.chirpconnect.api.v3.inventory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.inventory.Level;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.api.inventory.Order;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v3.ListMulticastGroupRequest;
import io.github.chirpconnect.proto.v3.ListMulticastGroupResponse;
import io.github.chirpconnect.proto.v3.MulticastGroupListItem;
import io.github.chirpconnect.proto.v3.MulticastGroupServiceGrpc;

/** Multicast groups, without their members and keys. They belong to an application from 3.16 on. */
final class MulticastGroupLister
    extends Lister<ListMulticastGroupRequest, ListMulticastGroupResponse, MulticastGroupListItem> {
  MulticastGroupLister() {
    super(
        Feed.MULTICAST_GROUPS,
        Level.APPLICATION,
        Order.NOT_UNIQUE,
        MulticastGroupServiceGrpc.getListMethod(),
        ListMulticastGroupResponse::getResultList,
        ListMulticastGroupResponse::getTotalCount);
  }

  @Override
  public ListMulticastGroupRequest request(Place place, int limit, int offset) {
    return ListMulticastGroupRequest.newBuilder()
        .setApplicationId(Long.parseLong(place.applicationId()))
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
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("id", row.getId());
    body.put("name", row.getName());
    V4Form.unknown(body, "createdAt", "updatedAt", "region", "groupType");
    return body;
  }
}
