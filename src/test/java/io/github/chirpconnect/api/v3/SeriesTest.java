package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v3.GetDeviceStatsResponse;
import io.github.chirpconnect.proto.v3.GetGatewayStatsResponse;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SeriesTest {
  private static final String ID = "0102030405060701";
  private static final Instant START = Instant.parse("2026-11-24T11:54:47Z");

  /** v3's names of what v4 counts. */
  private static final Map<String, String> NAMES =
      Map.of(
          "rx_packets_received_ok", "rx_packets",
          "tx_packets_emitted", "tx_packets",
          "rx_packets_per_frequency", "rx_packets_per_freq",
          "tx_packets_per_frequency", "tx_packets_per_freq");

  private final ScriptedServer server = ScriptedServer.v3();
  private final ChirpStackV3 chirpStack =
      new ChirpStackV3(server, PageSizes.DEFAULT, System::nanoTime);

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @Test
  void recordedDevicesHaveEveryNumber() throws Exception {
    Set<String> counted = Set.of("rx_packets");
    int numbers = 0;
    for (Golden.Message answer : recorded("/api.DeviceService/GetStats")) {
      GetDeviceStatsResponse parsed = GetDeviceStatsResponse.parseFrom(answer.bytes());
      List<MetricPoint> points = new ArrayList<>();
      parsed.getResultList().forEach(bucket -> Series.add(bucket, points));
      assertThat(points)
          .containsExactlyInAnyOrderElementsOf(points(answer.json().path("result"), counted));
      numbers += points.size();
    }
    assertThat(numbers).isGreaterThan(50);
  }

  @Test
  void recordedGatewaysHaveEveryNumber() throws Exception {
    Set<String> counted =
        Set.of("rx_packets", "tx_packets", "rx_packets_received", "tx_packets_received");
    long labels = 0;
    for (Golden.Message answer : recorded("/api.GatewayService/GetStats")) {
      GetGatewayStatsResponse parsed = GetGatewayStatsResponse.parseFrom(answer.bytes());
      List<MetricPoint> points = new ArrayList<>();
      parsed.getResultList().forEach(bucket -> Series.add(bucket, points));
      assertThat(points)
          .containsExactlyInAnyOrderElementsOf(points(answer.json().path("result"), counted));
      labels += points.stream().filter(point -> point.label() != null).count();
    }
    assertThat(labels).isPositive();
  }

  /**
   * @param counted what is a number in each bucket, 0 where the recording leaves it out
   */
  private static List<MetricPoint> points(JsonNode buckets, Set<String> counted) {
    List<MetricPoint> points = new ArrayList<>();
    for (JsonNode bucket : buckets) {
      Instant time = Instant.parse(bucket.path("timestamp").textValue());
      Map<String, Double> numbers = new LinkedHashMap<>();
      counted.forEach(name -> numbers.put(name, 0.0));
      for (Map.Entry<String, JsonNode> field : bucket.properties()) {
        String name = NAMES.getOrDefault(field.getKey(), field.getKey());
        if (field.getValue().isNumber()) {
          numbers.put(name, field.getValue().doubleValue());
        }
        for (Map.Entry<String, JsonNode> part : field.getValue().properties()) {
          points.add(
              new MetricPoint(
                  name, part.getKey(), time, part.getValue().doubleValue(), "ABSOLUTE"));
        }
      }
      numbers.forEach(
          (name, value) -> points.add(new MetricPoint(name, null, time, value, "ABSOLUTE")));
    }
    return points;
  }

  private static List<Golden.Message> recorded(String method) {
    return Recorded.of(method).flatMap(call -> call.messages().stream()).toList();
  }

  @Test
  void theIntervalIsAskedForByName() throws Exception {
    server.on(
        GatewayServiceGrpc.getGetStatsMethod(),
        request -> {
          assertThat(request.getGatewayId()).isEqualTo(ID);
          assertThat(request.getInterval()).isEqualTo("DAY");
          assertThat(request.getStartTimestamp().getSeconds()).isEqualTo(START.getEpochSecond());
          assertThat(request.getEndTimestamp().getSeconds()).isEqualTo(START.getEpochSecond() + 1);
          return GetGatewayStatsResponse.getDefaultInstance();
        });

    assertThat(metrics(Feed.GATEWAY_METRICS)).isEmpty();
    assertThat(server.count(GatewayServiceGrpc.getGetStatsMethod())).isEqualTo(1);
  }

  @Test
  void aServerBefore317IsNamedAsOne() {
    server.on(
        DeviceServiceGrpc.getGetStatsMethod(),
        request -> {
          throw ScriptedServer.status(
              Status.Code.UNIMPLEMENTED, "unknown method GetStats for service api.DeviceService");
        });

    ApiException failure =
        (ApiException)
            catchThrowableOfType(Exception.class, () -> metrics(Feed.LINK_METRICS)).getCause();

    assertThat(failure.kind()).isEqualTo(FailureKind.UNUSABLE_SERVER);
    assertThat(failure).hasMessageContaining("feed link-metrics needs ChirpStack 3.17");
  }

  private List<MetricPoint> metrics(Feed feed) throws Exception {
    return chirpStack
        .metrics(feed, ID, START, START.plusSeconds(1), Aggregation.DAY)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }
}
