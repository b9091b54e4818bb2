package io.github.chirpconnect.api.v3;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.common.StageFailure;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceStats;
import io.github.chirpconnect.proto.v3.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayStats;
import io.github.chirpconnect.proto.v3.GetDeviceStatsRequest;
import io.github.chirpconnect.proto.v3.GetDeviceStatsResponse;
import io.github.chirpconnect.proto.v3.GetGatewayStatsRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Reads series, with v4's names. v3 keeps no measurements. */
final class Series {
  /** v4's kind of the same metrics. */
  private static final String KIND = "ABSOLUTE";

  private final ClassifiedCalls calls;

  Series(ClassifiedCalls calls) {
    this.calls = calls;
  }

  CompletableFuture<List<MetricPoint>> points(
      Feed feed, String id, Instant start, Instant end, Aggregation aggregation) {
    return switch (feed) {
      case LINK_METRICS -> ofLink(id, timestamp(start), timestamp(end), aggregation);
      case GATEWAY_METRICS -> ofGateway(id, timestamp(start), timestamp(end), aggregation);
      default ->
          throw new IllegalArgumentException(
              "the dataset " + feed + " is no series of ChirpStack v3");
    };
  }

  private CompletableFuture<List<MetricPoint>> ofLink(
      String devEui, Timestamp start, Timestamp end, Aggregation aggregation) {
    CompletableFuture<GetDeviceStatsResponse> call =
        calls.call(
            Operation.readDevice(devEui),
            DeviceServiceGrpc.getGetStatsMethod(),
            GetDeviceStatsRequest.newBuilder()
                .setDevEui(devEui)
                .setInterval(aggregation.name())
                .setStartTimestamp(start)
                .setEndTimestamp(end)
                .build());
    return call.exceptionallyCompose(
            e -> CompletableFuture.failedFuture(RpcFailure.isUnknownMethod(e) ? tooOld(e) : e))
        .thenApply(
            answer -> {
              List<MetricPoint> points = new ArrayList<>();
              answer.getResultList().forEach(bucket -> add(bucket, points));
              return points;
            });
  }

  private static ApiException tooOld(Throwable e) {
    return new ApiException(
        FailureKind.UNUSABLE_SERVER,
        Subject.of(Subject.Type.FEED),
        "feed link-metrics needs ChirpStack 3.17, and this server is older; upgrade it, or take link-metrics out of feeds",
        StageFailure.cause(e));
  }

  private CompletableFuture<List<MetricPoint>> ofGateway(
      String gatewayId, Timestamp start, Timestamp end, Aggregation aggregation) {
    return calls
        .call(
            Operation.readGateway(gatewayId),
            GatewayServiceGrpc.getGetStatsMethod(),
            GetGatewayStatsRequest.newBuilder()
                .setGatewayId(gatewayId)
                .setInterval(aggregation.name())
                .setStartTimestamp(start)
                .setEndTimestamp(end)
                .build())
        .thenApply(
            answer -> {
              List<MetricPoint> points = new ArrayList<>();
              answer.getResultList().forEach(bucket -> add(bucket, points));
              return points;
            });
  }

  /** A mean without values would read 0. */
  static void add(DeviceStats bucket, List<MetricPoint> points) {
    Bucket into = new Bucket(ProtoJson.instant(bucket.getTimestamp()), points);
    into.add("rx_packets", (double) Integer.toUnsignedLong(bucket.getRxPackets()));
    if (bucket.getRxPackets() != 0) {
      into.add("gw_rssi", ProtoJson.number(bucket.getGwRssi()).asDouble());
      into.add("gw_snr", ProtoJson.number(bucket.getGwSnr()).asDouble());
    }
    into.add("rx_packets_per_freq", bucket.getRxPacketsPerFrequencyMap());
    into.add("rx_packets_per_dr", bucket.getRxPacketsPerDrMap());
    into.add("errors", bucket.getErrorsMap());
  }

  /**
   * v4 counts frames with a valid checksum as received, and frames that were sent as transmitted.
   * Metrics that only v3 counts have v3's names.
   */
  static void add(GatewayStats bucket, List<MetricPoint> points) {
    Bucket into = new Bucket(ProtoJson.instant(bucket.getTimestamp()), points);
    into.add("rx_packets", bucket.getRxPacketsReceivedOk());
    into.add("tx_packets", bucket.getTxPacketsEmitted());
    into.add("rx_packets_received", bucket.getRxPacketsReceived());
    into.add("tx_packets_received", bucket.getTxPacketsReceived());
    into.add("rx_packets_per_freq", bucket.getRxPacketsPerFrequencyMap());
    into.add("rx_packets_per_dr", bucket.getRxPacketsPerDrMap());
    into.add("tx_packets_per_freq", bucket.getTxPacketsPerFrequencyMap());
    into.add("tx_packets_per_dr", bucket.getTxPacketsPerDrMap());
    into.add("tx_packets_per_status", bucket.getTxPacketsPerStatusMap());
  }

  private record Bucket(Instant time, List<MetricPoint> points) {
    void add(String metric, double value) {
      points.add(new MetricPoint(metric, null, time, value, KIND));
    }

    <K extends Comparable<K>> void add(String metric, Map<K, Integer> parts) {
      new TreeMap<>(parts)
          .forEach(
              (part, count) ->
                  points.add(
                      new MetricPoint(
                          metric,
                          label(part),
                          time,
                          (double) Integer.toUnsignedLong(count),
                          KIND)));
    }

    private static String label(Object part) {
      return part instanceof Integer number ? Integer.toUnsignedString(number) : part.toString();
    }
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
