package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
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
import io.github.chirpconnect.proto.v4.common.Aggregation;
import io.github.chirpconnect.proto.v4.common.Metric;
import io.github.chirpconnect.proto.v4.common.MetricDataset;
import io.github.chirpconnect.proto.v4.common.MetricKind;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.database.Measurement;
import io.github.chirpconnect.simulator.network.GatewayStats;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.github.chirpconnect.simulator.time.Moments;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorMetricsTest {
  private static final Instant START = Instant.parse("2026-07-01T12:30:00Z");
  private static final int PORT = 10;

  private final ManualTime time = new ManualTime(START);
  private final Simulator simulator = Simulator.builder().time(time).start();
  private final Network network = simulator.network();
  private final String device = network.devEuis().get(0);
  private final String gateway = network.gatewayIds().get(0);
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void countsHowADeviceIsHeard() {
    uplink(20, 40);
    time.advance(Duration.ofHours(2));
    uplink(20, 40);
    uplink(20, 40);

    GetDeviceLinkMetricsResponse link = link(Aggregation.HOUR);
    assertThat(link.getRxPackets().getName()).isEqualTo("Received");
    assertThat(starts(link.getRxPackets()))
        .containsExactly("2026-07-01T12:00:00Z", "2026-07-01T13:00:00Z", "2026-07-01T14:00:00Z");
    assertThat(only(link.getRxPackets()).getLabel()).isEqualTo("rx_count");
    assertThat(only(link.getRxPackets()).getDataList()).containsExactly(1f, 0f, 2f);
    assertThat(only(link.getGwRssi()).getDataList())
        .satisfies(
            rssi -> {
              assertThat(rssi.get(0)).isBetween(-118f, -47f);
              assertThat(rssi.get(1)).isZero();
              assertThat(rssi.get(2)).isBetween(-118f, -47f);
            });
    assertThat(only(link.getRxPacketsPerDr()).getLabel()).isEqualTo("5");
    assertThat(total(link.getRxPacketsPerFreq())).isEqualTo(3);
    assertThat(only(link(Aggregation.DAY).getRxPackets()).getDataList()).containsExactly(3f);
    assertThat(only(link(Aggregation.MONTH).getRxPackets()).getDataList()).containsExactly(3f);
    assertThat(link(Aggregation.MINUTE).getRxPackets().getTimestampsCount()).isEqualTo(121);
    assertThat(total(link(Aggregation.MINUTE).getRxPackets())).isZero();
  }

  @Test
  void countsRefusedJoinsAndNoOtherTrouble() {
    network.log(device, "ERROR", "OTAA", "DevNonce has already been used", Map.of());
    network.log(device, "ERROR", "EXPIRED", "expired", Map.of());

    Metric errors = link(Aggregation.DAY).getErrors();
    assertThat(only(errors).getLabel()).isEqualTo("OTAA");
    assertThat(only(errors).getDataList()).containsExactly(1f);
  }

  @Test
  void measuresWhatTheProfileDeclares() {
    String profile = network.device(device).getDeviceProfileId();
    network.measurements(
        profile,
        Map.of(
            "temperature", new Measurement(Measurement.Kind.GAUGE, "Temperature"),
            "humidity", Measurement.of(Measurement.Kind.COUNTER),
            "nested_a_1", Measurement.of(Measurement.Kind.ABSOLUTE),
            "label", Measurement.of(Measurement.Kind.STRING),
            "ok", Measurement.of(Measurement.Kind.STRING),
            "port", Measurement.of(Measurement.Kind.UNKNOWN)));
    uplink(20, 40);
    uplink(21, 50);

    GetDeviceMetricsResponse measured = measured();
    assertThat(measured.getMetricsMap()).containsOnlyKeys("temperature", "humidity", "nested_a_1");
    Metric temperature = measured.getMetricsOrThrow("temperature");
    assertThat(temperature.getName()).isEqualTo("Temperature");
    assertThat(temperature.getKind()).isEqualTo(MetricKind.GAUGE);
    assertThat(only(temperature).getLabel()).isEqualTo("temperature");
    assertThat(only(temperature).getDataList()).containsExactly(20.5f);
    assertThat(measured.getMetricsOrThrow("humidity").getName()).isEqualTo("humidity");
    assertThat(only(measured.getMetricsOrThrow("humidity")).getDataList()).containsExactly(50f);
    assertThat(only(measured.getMetricsOrThrow("nested_a_1")).getDataList()).containsExactly(5f);
    assertThat(measured.getStatesOrThrow("label").getValue()).isEqualTo("lab");
    assertThat(measured.getStatesOrThrow("ok").getValue()).isEqualTo("true");
  }

  @Test
  void countsWhatGatewaysTellInTheirStatistics() {
    uplink(20, 40);
    String heardBy = heardBy();
    assertThat(total(counted(heardBy).getRxPackets())).isZero();

    network.gatewayStats(heardBy, Map.of());
    network.gatewayStats(heardBy, Map.of());

    GetGatewayMetricsResponse counted = counted(heardBy);
    // The join and the uplink.
    assertThat(total(counted.getRxPackets())).isEqualTo(2);
    assertThat(total(counted.getRxPacketsPerFreq())).isEqualTo(2);
    assertThat(total(counted.getRxPacketsPerDr())).isEqualTo(1);
    assertThat(counted.getTxPackets().getName()).isEqualTo("Transmitted");
  }

  @Test
  void tellsAirTimeByTheMinute() {
    GatewayStats stats =
        new GatewayStats(
            0,
            0,
            0,
            0,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Duration.ofHours(1),
            List.of(
                new GatewayStats.Band(
                    "M", 868_000_000, 868_600_000, Duration.ofSeconds(36), Duration.ofSeconds(9))));
    network.gatewayStats(gateway, Map.of(), null, stats);
    time.advance(Duration.ofMinutes(1));

    GetGatewayDutyCycleMetricsResponse duty = dutyCycle();
    Metric load = duty.getMaxLoadPercentage();
    assertThat(load.getName()).isEqualTo("Percentage of max tx duty-cycle");
    assertThat(only(load).getLabel()).isEqualTo("M (868.00MHz - 868.60MHz: 1.00%)");
    assertThat(only(load).getDataList()).containsExactly(25f, 0f);
    assertThat(only(duty.getWindowPercentage()).getDataList()).containsExactly(0.25f, 0f);
    time.advance(Duration.ofHours(2));
    assertThat(dutyCycle().getMaxLoadPercentage().getDatasetsList()).isEmpty();
  }

  @Test
  void readsZerosAfterRedisWasLost() {
    uplink(20, 40);
    assertThat(total(link(Aggregation.DAY).getRxPackets())).isEqualTo(1);

    simulator.faults().stopRedis();
    assertThat(status().getCode()).isEqualTo(Status.Code.INTERNAL);
    simulator.faults().startRedis();

    assertThat(total(link(Aggregation.DAY).getRxPackets())).isZero();
    assertThat(link(Aggregation.DAY).getRxPacketsPerFreq().getDatasetsList()).isEmpty();
  }

  @Test
  void countsOneReadForEachBucket() {
    long before = simulator.observations().metricReads();
    time.advance(Duration.ofHours(5));
    link(Aggregation.HOUR);

    assertThat(simulator.observations().metricReads() - before).isEqualTo(6);
  }

  private void uplink(double temperature, double humidity) {
    network.uplink(device, PORT, LabCodec.payload(temperature, humidity));
  }

  private String heardBy() {
    return network.gatewayIds().stream()
        .filter(id -> network.gatewayFrames(id).size() >= 2)
        .findFirst()
        .orElseThrow();
  }

  private String admin() {
    return "Bearer " + simulator.adminKey();
  }

  private GetDeviceLinkMetricsResponse link(Aggregation aggregation) {
    return client.call(
        DeviceServiceGrpc.getGetLinkMetricsMethod(), admin(), linkRequest(aggregation));
  }

  private Status status() {
    return client.status(
        DeviceServiceGrpc.getGetLinkMetricsMethod(), admin(), linkRequest(Aggregation.DAY));
  }

  private GetDeviceLinkMetricsRequest linkRequest(Aggregation aggregation) {
    return GetDeviceLinkMetricsRequest.newBuilder()
        .setDevEui(device)
        .setStart(start())
        .setEnd(end())
        .setAggregation(aggregation)
        .build();
  }

  private GetDeviceMetricsResponse measured() {
    return client.call(
        DeviceServiceGrpc.getGetMetricsMethod(),
        admin(),
        GetDeviceMetricsRequest.newBuilder()
            .setDevEui(device)
            .setStart(start())
            .setEnd(end())
            .build());
  }

  private GetGatewayMetricsResponse counted(String gatewayId) {
    return client.call(
        GatewayServiceGrpc.getGetMetricsMethod(),
        admin(),
        GetGatewayMetricsRequest.newBuilder()
            .setGatewayId(gatewayId)
            .setStart(start())
            .setEnd(end())
            .build());
  }

  private GetGatewayDutyCycleMetricsResponse dutyCycle() {
    return client.call(
        GatewayServiceGrpc.getGetDutyCycleMetricsMethod(),
        admin(),
        GetGatewayDutyCycleMetricsRequest.newBuilder()
            .setGatewayId(gateway)
            .setStart(start())
            .setEnd(end())
            .build());
  }

  private static Timestamp start() {
    return Moments.timestamp(START);
  }

  private Timestamp end() {
    return Moments.timestamp(time.now());
  }

  private static List<String> starts(Metric metric) {
    return metric.getTimestampsList().stream()
        .map(timestamp -> Moments.instant(timestamp).toString())
        .toList();
  }

  private static MetricDataset only(Metric metric) {
    assertThat(metric.getDatasetsList()).hasSize(1);
    return metric.getDatasets(0);
  }

  private static double total(Metric metric) {
    return metric.getDatasetsList().stream()
        .flatMap(dataset -> dataset.getDataList().stream())
        .mapToDouble(Float::doubleValue)
        .sum();
  }
}
