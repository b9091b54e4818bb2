package io.github.chirpconnect.simulator.v4;

import io.github.chirpconnect.proto.v4.Gateway;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GetGatewayDutyCycleMetricsRequest;
import io.github.chirpconnect.proto.v4.GetGatewayDutyCycleMetricsResponse;
import io.github.chirpconnect.proto.v4.GetGatewayMetricsRequest;
import io.github.chirpconnect.proto.v4.GetGatewayMetricsResponse;
import io.github.chirpconnect.proto.v4.GetGatewayRequest;
import io.github.chirpconnect.proto.v4.GetGatewayResponse;
import io.github.chirpconnect.proto.v4.ListGatewaysRequest;
import io.github.chirpconnect.proto.v4.ListGatewaysResponse;
import io.github.chirpconnect.proto.v4.ListRelayGatewaysRequest;
import io.github.chirpconnect.proto.v4.ListRelayGatewaysResponse;
import io.github.chirpconnect.proto.v4.RelayGatewayListItem;
import io.github.chirpconnect.simulator.database.NetworkGateway;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.v4.metrics.GatewayMetrics;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** GatewayService. */
final class GatewayApi extends GatewayServiceGrpc.GatewayServiceImplBase {
  private final Network network;
  private final Access access;
  private final GatewayMetrics metrics;

  GatewayApi(Network network, Access access, GatewayMetrics metrics) {
    this.network = network;
    this.access = access;
    this.metrics = metrics;
  }

  @Override
  public void get(GetGatewayRequest request, StreamObserver<GetGatewayResponse> client) {
    Answers.unary(client, () -> get(Arguments.eui(request.getGatewayId())));
  }

  private GetGatewayResponse get(String gatewayId) {
    access.gateway(gatewayId);
    synchronized (network) {
      NetworkGateway gateway = network.rows().gateways.get(gatewayId);
      if (gateway == null) {
        throw Arguments.doesNotExist(gatewayId);
      }
      GatewayListItem row = gateway.row;
      GetGatewayResponse.Builder answer =
          GetGatewayResponse.newBuilder()
              .setGateway(
                  Gateway.newBuilder()
                      .setGatewayId(row.getGatewayId())
                      .setName(row.getName())
                      .setDescription(row.getDescription())
                      .setLocation(row.getLocation())
                      .setTenantId(row.getTenantId())
                      .putAllTags(gateway.tags)
                      .putAllMetadata(row.getPropertiesMap())
                      .setStatsInterval((int) gateway.statsInterval.toSeconds())
                      .setDownlinkPriority(row.getDownlinkPriority()))
              .setCreatedAt(row.getCreatedAt())
              .setUpdatedAt(row.getUpdatedAt());
      if (row.hasLastSeenAt()) {
        answer.setLastSeenAt(row.getLastSeenAt());
      }
      return answer.build();
    }
  }

  @Override
  public void list(ListGatewaysRequest request, StreamObserver<ListGatewaysResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListGatewaysResponse list(ListGatewaysRequest request) {
    String tenantId = request.getTenantId().isEmpty() ? "" : Arguments.uuid(request.getTenantId());
    String groupId =
        request.getMulticastGroupId().isEmpty()
            ? ""
            : Arguments.uuid(request.getMulticastGroupId());
    access.tenant(tenantId);
    if (!groupId.isEmpty()) {
      access.group(Access.Purpose.READ, groupId);
    }
    synchronized (network) {
      List<GatewayListItem> found =
          network.rows().gateways.values().stream()
              .map(gateway -> gateway.at(network.instant()))
              .filter(gateway -> tenantId.isEmpty() || gateway.getTenantId().equals(tenantId))
              .filter(gateway -> groupId.isEmpty() || isMember(groupId, gateway.getGatewayId()))
              .filter(Answers.nameContains(request.getSearch(), GatewayListItem::getName))
              .sorted(Answers.directed(order(request.getOrderBy()), request.getOrderByDesc()))
              .toList();
      return ListGatewaysResponse.newBuilder()
          .setTotalCount(count(found, groupId))
          .addAllResult(Answers.page(found.stream(), request.getLimit(), request.getOffset()))
          .build();
    }
  }

  private boolean isMember(String groupId, String gatewayId) {
    NetworkGroup group = network.rows().groups.get(groupId);
    return group != null && group.gatewayIds.contains(gatewayId);
  }

  /** As ChirpStack counts: a gateway in several groups counts once for each of them. */
  private int count(List<GatewayListItem> found, String groupId) {
    if (!groupId.isEmpty()) {
      return found.size();
    }
    return found.stream()
        .map(GatewayListItem::getGatewayId)
        .mapToInt(
            id ->
                (int)
                    Math.max(
                        1,
                        network.rows().groups.values().stream()
                            .filter(group -> group.gatewayIds.contains(id))
                            .count()))
        .sum();
  }

  @Override
  public void getMetrics(
      GetGatewayMetricsRequest request, StreamObserver<GetGatewayMetricsResponse> client) {
    Answers.unary(client, () -> metrics.counted(readable(request.getGatewayId()), request));
  }

  @Override
  public void getDutyCycleMetrics(
      GetGatewayDutyCycleMetricsRequest request,
      StreamObserver<GetGatewayDutyCycleMetricsResponse> client) {
    Answers.unary(client, () -> metrics.dutyCycle(readable(request.getGatewayId()), request));
  }

  /** The id of a gateway that the caller may read of; for an admin, whether it exists or not. */
  private String readable(String text) {
    String gatewayId = Arguments.eui(text);
    access.gateway(gatewayId);
    return gatewayId;
  }

  @Override
  public void listRelayGateways(
      ListRelayGatewaysRequest request, StreamObserver<ListRelayGatewaysResponse> client) {
    Answers.unary(client, () -> listRelays(request));
  }

  private ListRelayGatewaysResponse listRelays(ListRelayGatewaysRequest request) {
    String tenantId = request.getTenantId().isEmpty() ? "" : Arguments.uuid(request.getTenantId());
    access.tenant(tenantId);
    synchronized (network) {
      List<RelayGatewayListItem> found =
          network.rows().relays.values().stream()
              .filter(relay -> tenantId.isEmpty() || relay.tenantId().equals(tenantId))
              .map(relay -> relay.at(network.instant()))
              .sorted(Comparator.comparing(RelayGatewayListItem::getName))
              .toList();
      return ListRelayGatewaysResponse.newBuilder()
          .setTotalCount(found.size())
          .addAllResult(Answers.page(found.stream(), request.getLimit(), request.getOffset()))
          .build();
    }
  }

  private static Comparator<GatewayListItem> order(ListGatewaysRequest.OrderBy by) {
    return switch (by) {
      case GATEWAY_ID -> Comparator.comparing(GatewayListItem::getGatewayId);
      case LAST_SEEN_AT ->
          Comparator.comparing(gateway -> Moments.instant(gateway.getLastSeenAt()));
      case NAME, UNRECOGNIZED -> Comparator.comparing(GatewayListItem::getName);
    };
  }
}
