package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GetDeviceLinkMetricsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceMetricsResponse;
import io.github.chirpconnect.proto.v4.GetGatewayDutyCycleMetricsResponse;
import io.github.chirpconnect.proto.v4.GetGatewayMetricsResponse;
import io.github.chirpconnect.proto.v4.common.Metric;
import io.github.chirpconnect.proto.v4.common.MetricDataset;
import io.github.chirpconnect.proto.v4.common.MetricKind;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SeriesTest {
  private static final String EUI = "0f8f5de9ddc22cb4";
  private static final Instant HOUR = Instant.parse("2026-11-24T09:00:00Z");
  private static final Set<String> MEANS = Set.of("gw_rssi", "gw_snr");

  private final ScriptedServer server = ScriptedServer.current();
  private final ChirpStackV4 chirpStack =
      new ChirpStackV4(server, PageSizes.DEFAULT, System::nanoTime);

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @Test
  void recordedLinkMetricsHaveEveryNumber() throws Exception {
    for (Golden.Message answer : recorded("/api.DeviceService/GetLinkMetrics")) {
      GetDeviceLinkMetricsResponse parsed = GetDeviceLinkMetricsResponse.parseFrom(answer.bytes());
      assertThat(Series.points(parsed)).containsExactlyInAnyOrderElementsOf(points(answer.json()));
    }
  }

  @Test
  void recordedGatewayMetricsHaveEveryNumber() throws Exception {
    for (Golden.Message answer : recorded("/api.GatewayService/GetMetrics")) {
      GetGatewayMetricsResponse parsed = GetGatewayMetricsResponse.parseFrom(answer.bytes());
      assertThat(Series.points(parsed)).containsExactlyInAnyOrderElementsOf(points(answer.json()));
    }
  }

  /** What an independent client read: a label where a metric has parts, no mean of nothing. */
  private static List<MetricPoint> points(JsonNode answer) {
    List<MetricPoint> points = new ArrayList<>();
    JsonNode counts = answer.path("rx_packets").path("datasets").path(0).path("data");
    answer
        .properties()
        .forEach(
            metric -> {
              JsonNode times = metric.getValue().path("timestamps");
              boolean parts = metric.getKey().contains("_per_") || metric.getKey().equals("errors");
              for (JsonNode dataset : metric.getValue().path("datasets")) {
                for (int i = 0; i < times.size(); i++) {
                  if (MEANS.contains(metric.getKey()) && counts.path(i).doubleValue() == 0) {
                    continue;
                  }
                  points.add(
                      new MetricPoint(
                          metric.getKey(),
                          parts ? dataset.path("label").textValue() : null,
                          Instant.parse(times.path(i).textValue()),
                          dataset.path("data").path(i).doubleValue(),
                          metric.getValue().path("kind").asText("COUNTER")));
                }
              }
            });
    return points;
  }

  private static List<Golden.Message> recorded(String method) {
    List<Golden.Message> answers =
        Stream.of("walk", "unary")
            .flatMap(file -> Golden.calls("v4/" + file + ".jsonl").stream())
            .filter(call -> call.method().equals(method))
            .flatMap(call -> call.messages().stream())
            .toList();
    assertThat(answers).hasSizeGreaterThan(2);
    return answers;
  }

  @Test
  void aDevicesMeasurementsAreNamedByTheirKeys() throws Exception {
    server.on(
        DeviceServiceGrpc.getGetMetricsMethod(),
        request -> {
          assertThat(request.getDevEui()).isEqualTo(EUI);
          assertThat(request.getStart().getSeconds()).isEqualTo(HOUR.getEpochSecond());
          assertThat(request.getEnd().getSeconds()).isEqualTo(HOUR.getEpochSecond() + 3_600);
          assertThat(request.getAggregation().name()).isEqualTo("DAY");
          return GetDeviceMetricsResponse.newBuilder()
              .putMetrics("temperature", metric(MetricKind.GAUGE, "temperature", 9.8f, 0))
              .putMetrics("pulses", metric(MetricKind.COUNTER, "pulses", 7, 8))
              .build();
        });

    assertThat(metrics(Feed.DEVICE_METRICS, Aggregation.DAY))
        .containsExactly(
            new MetricPoint("pulses", null, HOUR, 7, "COUNTER"),
            new MetricPoint("pulses", null, HOUR.plusSeconds(3_600), 8, "COUNTER"),
            new MetricPoint("temperature", null, HOUR, 9.8, "GAUGE"),
            new MetricPoint("temperature", null, HOUR.plusSeconds(3_600), 0, "GAUGE"));
  }

  @Test
  void minutesAreOfTheDutyCycleAlone() throws Exception {
    server.on(
        GatewayServiceGrpc.getGetDutyCycleMetricsMethod(),
        request ->
            GetGatewayDutyCycleMetricsResponse.newBuilder()
                .setMaxLoadPercentage(metric(MetricKind.ABSOLUTE, "band", 12, 0))
                .build());

    assertThat(metrics(Feed.GATEWAY_METRICS, Aggregation.MINUTE))
        .containsExactly(
            new MetricPoint("max_load_percentage", "band", HOUR, 12, "ABSOLUTE"),
            new MetricPoint("max_load_percentage", "band", HOUR.plusSeconds(3_600), 0, "ABSOLUTE"));
    assertThat(metrics(Feed.LINK_METRICS, Aggregation.MINUTE)).isEmpty();
    assertThat(metrics(Feed.DEVICE_METRICS, Aggregation.MINUTE)).isEmpty();
    assertThat(server.count(DeviceServiceGrpc.getGetLinkMetricsMethod())).isZero();
  }

  @Test
  void anOldServerKeepsNoDutyCycle() throws Exception {
    server.on(
        GatewayServiceGrpc.getGetDutyCycleMetricsMethod(),
        request -> {
          throw status(Status.Code.UNIMPLEMENTED, "");
        });

    assertThat(metrics(Feed.GATEWAY_METRICS, Aggregation.MINUTE)).isEmpty();
  }

  private List<MetricPoint> metrics(Feed feed, Aggregation aggregation) throws Exception {
    return chirpStack
        .metrics(feed, EUI, HOUR, HOUR.plus(Duration.ofHours(1)), aggregation)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static Metric metric(MetricKind kind, String label, float first, float second) {
    return Metric.newBuilder()
        .setKind(kind)
        .addTimestamps(Timestamp.newBuilder().setSeconds(HOUR.getEpochSecond()))
        .addTimestamps(Timestamp.newBuilder().setSeconds(HOUR.getEpochSecond() + 3_600))
        .addDatasets(MetricDataset.newBuilder().setLabel(label).addData(first).addData(second))
        .build();
  }
}
