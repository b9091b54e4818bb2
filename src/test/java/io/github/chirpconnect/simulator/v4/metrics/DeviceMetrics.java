package io.github.chirpconnect.simulator.v4.metrics;

import io.github.chirpconnect.proto.v4.DeviceState;
import io.github.chirpconnect.proto.v4.GetDeviceLinkMetricsRequest;
import io.github.chirpconnect.proto.v4.GetDeviceLinkMetricsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceMetricsRequest;
import io.github.chirpconnect.proto.v4.GetDeviceMetricsResponse;
import io.github.chirpconnect.proto.v4.common.Metric;
import io.github.chirpconnect.proto.v4.common.MetricKind;
import io.github.chirpconnect.simulator.database.Measurement;
import io.github.chirpconnect.simulator.redis.Interval;
import io.github.chirpconnect.simulator.redis.MetricNames;
import io.github.chirpconnect.simulator.redis.MetricStore.Bucket;
import io.github.chirpconnect.simulator.redis.MetricStore.Kind;
import io.github.chirpconnect.simulator.v4.metrics.MetricAnswers.Period;
import java.util.List;
import java.util.Map;

/** Answers for the metrics of a device; who may ask is for others to say. */
public final class DeviceMetrics {
  private final MetricAnswers answers;

  public DeviceMetrics(MetricAnswers answers) {
    this.answers = answers;
  }

  /** The period of a request, which is looked at before the device is. */
  public static Period period(GetDeviceMetricsRequest request) {
    return Period.of(request.hasStart(), request.getStart(), request.hasEnd(), request.getEnd());
  }

  /**
   * What the device's profile declares, and nothing else.
   *
   * @param devEui in lower case
   */
  public GetDeviceMetricsResponse measured(
      String devEui, Map<String, Measurement> measurements, GetDeviceMetricsRequest request) {
    Period period = period(request);
    Interval interval = MetricAnswers.interval(request.getAggregation());
    GetDeviceMetricsResponse.Builder answer = GetDeviceMetricsResponse.newBuilder();
    measurements.forEach(
        (key, measurement) -> {
          switch (measurement.kind()) {
            case COUNTER, ABSOLUTE, GAUGE ->
                answer.putMetrics(key, metric(devEui, key, measurement, interval, period));
            case STRING ->
                answer.putStates(
                    key,
                    DeviceState.newBuilder()
                        .setName(measurement.name())
                        .setValue(answers.state(MetricNames.measurement(devEui, key)))
                        .build());
            case UNKNOWN -> {}
          }
        });
    return answer.build();
  }

  private Metric metric(
      String devEui, String key, Measurement measurement, Interval interval, Period period) {
    String kind = measurement.kind().name();
    List<Bucket> buckets =
        answers.read(MetricNames.measurement(devEui, key), Kind.valueOf(kind), interval, period);
    return MetricAnswers.single(
        measurement.name().isEmpty() ? key : measurement.name(),
        MetricKind.valueOf(kind),
        buckets,
        key,
        MetricNames.VALUE);
  }

  public GetDeviceLinkMetricsResponse link(String devEui, GetDeviceLinkMetricsRequest request) {
    Period period =
        Period.of(request.hasStart(), request.getStart(), request.hasEnd(), request.getEnd());
    List<Bucket> buckets =
        answers.read(
            MetricNames.device(devEui),
            Kind.ABSOLUTE,
            MetricAnswers.interval(request.getAggregation()),
            period);
    return GetDeviceLinkMetricsResponse.newBuilder()
        .setRxPackets(
            MetricAnswers.single("Received", MetricKind.ABSOLUTE, buckets, "rx_count", "rx_count"))
        .setGwRssi(MetricAnswers.mean("RSSI", buckets, "rssi", "gw_rssi_sum"))
        .setGwSnr(MetricAnswers.mean("SNR", buckets, "snr", "gw_snr_sum"))
        .setRxPacketsPerFreq(MetricAnswers.split("Received / frequency", buckets, "rx_freq_"))
        .setRxPacketsPerDr(MetricAnswers.split("Received / DR", buckets, "rx_dr_"))
        .setErrors(MetricAnswers.split("Errors", buckets, MetricNames.ERROR))
        .build();
  }
}
