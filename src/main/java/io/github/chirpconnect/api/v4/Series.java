package io.github.chirpconnect.api.v4;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GetDeviceLinkMetricsRequest;
import io.github.chirpconnect.proto.v4.GetDeviceLinkMetricsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceMetricsRequest;
import io.github.chirpconnect.proto.v4.GetDeviceMetricsResponse;
import io.github.chirpconnect.proto.v4.GetGatewayDutyCycleMetricsRequest;
import io.github.chirpconnect.proto.v4.GetGatewayDutyCycleMetricsResponse;
import io.github.chirpconnect.proto.v4.GetGatewayMetricsRequest;
import io.github.chirpconnect.proto.v4.GetGatewayMetricsResponse;
import io.github.chirpconnect.proto.v4.common.Metric;
import io.github.chirpconnect.proto.v4.common.MetricDataset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Reads series. By the minute the server keeps only the duty cycle, and the duty cycle only by the
 * minute; for anything else it would answer zero.
 */
final class Series {
  private final ClassifiedCalls calls;

  Series(ClassifiedCalls calls) {
    this.calls = calls;
  }

  CompletableFuture<List<MetricPoint>> points(
      Feed feed, String id, Instant start, Instant end, Aggregation aggregation) {
    Timestamp from = ProtoMapping.timestamp(start);
    Timestamp to = ProtoMapping.timestamp(end);
    boolean minutes = aggregation == Aggregation.MINUTE;
    return switch (feed) {
      case DEVICE_METRICS -> minutes ? none() : ofDevice(id, from, to, aggregation);
      case LINK_METRICS -> minutes ? none() : ofLink(id, from, to, aggregation);
      case GATEWAY_METRICS ->
          minutes ? dutyCycle(id, from, to) : ofGateway(id, from, to, aggregation);
      default -> throw new IllegalArgumentException("the dataset " + feed + " is no series");
    };
  }

  private static CompletableFuture<List<MetricPoint>> none() {
    return CompletableFuture.completedFuture(List.of());
  }

  private CompletableFuture<List<MetricPoint>> ofDevice(
      String devEui, Timestamp start, Timestamp end, Aggregation aggregation) {
    return calls
        .call(
            Operation.readDevice(devEui),
            DeviceServiceGrpc.getGetMetricsMethod(),
            GetDeviceMetricsRequest.newBuilder()
                .setDevEui(devEui)
                .setStart(start)
                .setEnd(end)
                .setAggregation(proto(aggregation))
                .build())
        .thenApply(Series::points);
  }

  private CompletableFuture<List<MetricPoint>> ofLink(
      String devEui, Timestamp start, Timestamp end, Aggregation aggregation) {
    return calls
        .call(
            Operation.readDevice(devEui),
            DeviceServiceGrpc.getGetLinkMetricsMethod(),
            GetDeviceLinkMetricsRequest.newBuilder()
                .setDevEui(devEui)
                .setStart(start)
                .setEnd(end)
                .setAggregation(proto(aggregation))
                .build())
        .thenApply(Series::points);
  }

  private CompletableFuture<List<MetricPoint>> ofGateway(
      String gatewayId, Timestamp start, Timestamp end, Aggregation aggregation) {
    return calls
        .call(
            Operation.readGateway(gatewayId),
            GatewayServiceGrpc.getGetMetricsMethod(),
            GetGatewayMetricsRequest.newBuilder()
                .setGatewayId(gatewayId)
                .setStart(start)
                .setEnd(end)
                .setAggregation(proto(aggregation))
                .build())
        .thenApply(Series::points);
  }

  /** A server before 4.8 does not know the call, and keeps no duty cycle. */
  private CompletableFuture<List<MetricPoint>> dutyCycle(
      String gatewayId, Timestamp start, Timestamp end) {
    CompletableFuture<GetGatewayDutyCycleMetricsResponse> call =
        calls.call(
            Operation.readGateway(gatewayId),
            GatewayServiceGrpc.getGetDutyCycleMetricsMethod(),
            GetGatewayDutyCycleMetricsRequest.newBuilder()
                .setGatewayId(gatewayId)
                .setStart(start)
                .setEnd(end)
                .build());
    return call.exceptionallyCompose(
            e ->
                RpcFailure.isUnknownMethod(e)
                    ? CompletableFuture.completedFuture(
                        GetGatewayDutyCycleMetricsResponse.getDefaultInstance())
                    : CompletableFuture.failedFuture(e))
        .thenApply(Series::points);
  }

  static List<MetricPoint> points(GetDeviceMetricsResponse answer) {
    List<MetricPoint> points = new ArrayList<>();
    new TreeMap<>(answer.getMetricsMap()).forEach((key, metric) -> whole(key, metric, points));
    return points;
  }

  /** A mean without values would read 0. */
  static List<MetricPoint> points(GetDeviceLinkMetricsResponse answer) {
    List<MetricPoint> points = new ArrayList<>();
    whole("rx_packets", answer.getRxPackets(), points);
    Set<Instant> heard = new HashSet<>();
    points.stream().filter(point -> point.value() > 0).forEach(point -> heard.add(point.time()));
    List<MetricPoint> means = new ArrayList<>();
    whole("gw_rssi", answer.getGwRssi(), means);
    whole("gw_snr", answer.getGwSnr(), means);
    means.stream().filter(point -> heard.contains(point.time())).forEach(points::add);
    parts("rx_packets_per_freq", answer.getRxPacketsPerFreq(), points);
    parts("rx_packets_per_dr", answer.getRxPacketsPerDr(), points);
    parts("errors", answer.getErrors(), points);
    return points;
  }

  static List<MetricPoint> points(GetGatewayMetricsResponse answer) {
    List<MetricPoint> points = new ArrayList<>();
    whole("rx_packets", answer.getRxPackets(), points);
    whole("tx_packets", answer.getTxPackets(), points);
    parts("rx_packets_per_freq", answer.getRxPacketsPerFreq(), points);
    parts("rx_packets_per_dr", answer.getRxPacketsPerDr(), points);
    parts("tx_packets_per_freq", answer.getTxPacketsPerFreq(), points);
    parts("tx_packets_per_dr", answer.getTxPacketsPerDr(), points);
    parts("tx_packets_per_status", answer.getTxPacketsPerStatus(), points);
    return points;
  }

  static List<MetricPoint> points(GetGatewayDutyCycleMetricsResponse answer) {
    List<MetricPoint> points = new ArrayList<>();
    parts("max_load_percentage", answer.getMaxLoadPercentage(), points);
    parts("window_percentage", answer.getWindowPercentage(), points);
    return points;
  }

  /** A metric with one dataset, whose label only repeats the metric's name. */
  private static void whole(String name, Metric metric, List<MetricPoint> points) {
    metric.getDatasetsList().forEach(dataset -> add(name, null, metric, dataset, points));
  }

  private static void parts(String name, Metric metric, List<MetricPoint> points) {
    TreeMap<String, MetricDataset> byLabel = new TreeMap<>();
    metric.getDatasetsList().forEach(dataset -> byLabel.put(dataset.getLabel(), dataset));
    byLabel.forEach((label, dataset) -> add(name, label, metric, dataset, points));
  }

  private static void add(
      String name, String label, Metric metric, MetricDataset dataset, List<MetricPoint> points) {
    int buckets = Math.min(metric.getTimestampsCount(), dataset.getDataCount());
    for (int i = 0; i < buckets; i++) {
      points.add(
          new MetricPoint(
              name,
              label,
              ProtoJson.instant(metric.getTimestamps(i)),
              ProtoJson.number(dataset.getData(i)).asDouble(),
              metric.getKind().name()));
    }
  }

  private static io.github.chirpconnect.proto.v4.common.Aggregation proto(Aggregation aggregation) {
    return switch (aggregation) {
      case MINUTE -> io.github.chirpconnect.proto.v4.common.Aggregation.MINUTE;
      case HOUR -> io.github.chirpconnect.proto.v4.common.Aggregation.HOUR;
      case DAY -> io.github.chirpconnect.proto.v4.common.Aggregation.DAY;
      case MONTH -> io.github.chirpconnect.proto.v4.common.Aggregation.MONTH;
    };
  }
}
