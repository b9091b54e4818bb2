package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.proto.v3.Gateway;
import io.github.chirpconnect.proto.v3.GatewayListItem;
import io.github.chirpconnect.proto.v3.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayStats;
import io.github.chirpconnect.proto.v3.GetGatewayRequest;
import io.github.chirpconnect.proto.v3.GetGatewayResponse;
import io.github.chirpconnect.proto.v3.GetGatewayStatsRequest;
import io.github.chirpconnect.proto.v3.GetGatewayStatsResponse;
import io.github.chirpconnect.proto.v3.ListGatewayRequest;
import io.github.chirpconnect.proto.v3.ListGatewayResponse;
import io.github.chirpconnect.proto.v3.StreamGatewayFrameLogsRequest;
import io.github.chirpconnect.proto.v3.StreamGatewayFrameLogsResponse;
import io.github.chirpconnect.simulator.database.NetworkGateway;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.MetricNames;
import io.github.chirpconnect.simulator.redis.MetricStore.Bucket;
import io.github.chirpconnect.simulator.server.Answers;
import io.github.chirpconnect.simulator.time.Moments;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** GatewayService of v3, with the streams of gateways. */
final class GatewayApiV3 extends GatewayServiceGrpc.GatewayServiceImplBase {
  static final long NETWORK_SERVER = 1;
  static final String NETWORK_SERVER_NAME = "lab-ns";

  private final Network network;
  private final AccessV3 access;
  private final StreamsV3 streams;
  private final StatsV3 stats;

  GatewayApiV3(Network network, AccessV3 access, StreamsV3 streams, StatsV3 stats) {
    this.network = network;
    this.access = access;
    this.streams = streams;
    this.stats = stats;
  }

  @Override
  public void get(GetGatewayRequest request, StreamObserver<GetGatewayResponse> client) {
    Answers.unary(client, () -> get(ArgumentsV3.eui("bad gateway mac: ", request.getId())));
  }

  private GetGatewayResponse get(String gatewayId) {
    access.gateway(gatewayId);
    synchronized (network) {
      NetworkGateway gateway = network.rows().gateways.get(gatewayId);
      if (gateway == null) {
        throw ArgumentsV3.doesNotExist();
      }
      GatewayListItem item = item(gateway);
      GetGatewayResponse.Builder answer =
          GetGatewayResponse.newBuilder()
              .setGateway(
                  Gateway.newBuilder()
                      .setId(item.getId())
                      .setName(item.getName())
                      .setDescription(item.getDescription())
                      .setLocation(item.getLocation())
                      .setOrganizationId(item.getOrganizationId())
                      .setNetworkServerId(item.getNetworkServerId())
                      .putAllTags(gateway.tags)
                      .putAllMetadata(gateway.row.getPropertiesMap()))
              .setCreatedAt(item.getCreatedAt())
              .setUpdatedAt(item.getUpdatedAt());
      if (item.hasLastSeenAt()) {
        answer.setFirstSeenAt(item.getFirstSeenAt()).setLastSeenAt(item.getLastSeenAt());
      }
      return answer.build();
    }
  }

  @Override
  public void list(ListGatewayRequest request, StreamObserver<ListGatewayResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListGatewayResponse list(ListGatewayRequest request) {
    String organizationId =
        request.getOrganizationId() == 0 ? "" : Long.toString(request.getOrganizationId());
    access.organization(organizationId);
    synchronized (network) {
      List<GatewayListItem> found =
          network.rows().gateways.values().stream()
              .filter(
                  gateway ->
                      organizationId.isEmpty() || gateway.row.getTenantId().equals(organizationId))
              .map(GatewayApiV3::item)
              .filter(
                  Answers.nameContains(request.getSearch(), GatewayListItem::getName)
                      .or(Answers.nameContains(request.getSearch(), GatewayListItem::getId)))
              .sorted(Comparator.comparing(GatewayListItem::getName))
              .toList();
      return ListGatewayResponse.newBuilder()
          .setTotalCount(found.size())
          .addAllResult(Answers.sqlPage(found, request.getLimit(), request.getOffset()))
          .build();
    }
  }

  private static GatewayListItem item(NetworkGateway gateway) {
    GatewayListItem.Builder item =
        GatewayListItem.newBuilder()
            .setId(gateway.row.getGatewayId())
            .setName(gateway.row.getName())
            .setDescription(gateway.row.getDescription())
            .setCreatedAt(gateway.row.getCreatedAt())
            .setUpdatedAt(gateway.row.getUpdatedAt())
            .setOrganizationId(Long.parseLong(gateway.row.getTenantId()))
            .setNetworkServerId(NETWORK_SERVER)
            .setNetworkServerName(NETWORK_SERVER_NAME)
            .setLocation(DeviceApiV3.place(gateway.row.getLocation()));
    if (gateway.row.hasLastSeenAt()) {
      item.setLastSeenAt(gateway.row.getLastSeenAt()).setFirstSeenAt(gateway.firstSeenAt);
    }
    return item.build();
  }

  /** A gateway that does not exist counted nothing, says the server to an administrator. */
  @Override
  public void getStats(
      GetGatewayStatsRequest request, StreamObserver<GetGatewayStatsResponse> client) {
    Answers.later(
        client,
        () -> {
          String gatewayId = ArgumentsV3.eui("bad gateway mac: ", request.getGatewayId());
          access.gateway(gatewayId);
          StatsV3.Query query =
              StatsV3.query(
                  request.hasStartTimestamp(),
                  request.getStartTimestamp(),
                  request.hasEndTimestamp(),
                  request.getEndTimestamp(),
                  request.getInterval());
          stats.answer(client, MetricNames.gateway(gatewayId), query, GatewayApiV3::stats);
        });
  }

  private static GetGatewayStatsResponse stats(List<Bucket> buckets) {
    GetGatewayStatsResponse.Builder answer = GetGatewayStatsResponse.newBuilder();
    for (Bucket bucket : buckets) {
      answer.addResult(
          GatewayStats.newBuilder()
              .setTimestamp(Moments.timestamp(bucket.start()))
              .setRxPacketsReceived(StatsV3.whole(bucket, "rx_count"))
              .setRxPacketsReceivedOk(StatsV3.whole(bucket, "rx_ok_count"))
              .setTxPacketsReceived(StatsV3.whole(bucket, "tx_count"))
              .setTxPacketsEmitted(StatsV3.whole(bucket, "tx_ok_count"))
              .putAllTxPacketsPerFrequency(StatsV3.numbered(bucket, "tx_freq_"))
              .putAllRxPacketsPerFrequency(StatsV3.numbered(bucket, "rx_freq_"))
              .putAllTxPacketsPerDr(StatsV3.numbered(bucket, "tx_dr_"))
              .putAllRxPacketsPerDr(StatsV3.numbered(bucket, "rx_dr_"))
              .putAllTxPacketsPerStatus(StatsV3.split(bucket, "tx_status_")));
    }
    return answer.build();
  }

  @Override
  public void streamFrameLogs(
      StreamGatewayFrameLogsRequest request,
      StreamObserver<StreamGatewayFrameLogsResponse> client) {
    Answers.stream(
        client,
        () -> {
          String gatewayId = ArgumentsV3.eui("mac: ", request.getGatewayId());
          access.gateway(gatewayId);
          if (network.tenantOfGateway(gatewayId).isEmpty()) {
            throw ArgumentsV3.doesNotExist();
          }
          streams.frames(
              new LogStore.Key(LogStore.Kind.GATEWAY_FRAMES, gatewayId),
              StreamGatewayFrameLogsResponse::newBuilder,
              client);
        });
  }
}
