package io.github.chirpconnect.simulator.v4.metrics;

import io.github.chirpconnect.proto.v4.GetGatewayDutyCycleMetricsRequest;
import io.github.chirpconnect.proto.v4.GetGatewayDutyCycleMetricsResponse;
import io.github.chirpconnect.proto.v4.GetGatewayMetricsRequest;
import io.github.chirpconnect.proto.v4.GetGatewayMetricsResponse;
import io.github.chirpconnect.proto.v4.common.MetricKind;
import io.github.chirpconnect.simulator.redis.Interval;
import io.github.chirpconnect.simulator.redis.MetricNames;
import io.github.chirpconnect.simulator.redis.MetricStore.Bucket;
import io.github.chirpconnect.simulator.redis.MetricStore.Kind;
import io.github.chirpconnect.simulator.v4.metrics.MetricAnswers.Period;
import java.util.List;

/** Answers for the metrics of a gateway; who may ask is for others to say. */
public final class GatewayMetrics {
  private final MetricAnswers answers;

  public GatewayMetrics(MetricAnswers answers) {
    this.answers = answers;
  }

  /**
   * @param gatewayId in lower case
   */
  public GetGatewayMetricsResponse counted(String gatewayId, GetGatewayMetricsRequest request) {
    Period period =
        Period.of(request.hasStart(), request.getStart(), request.hasEnd(), request.getEnd());
    List<Bucket> buckets =
        answers.read(
            MetricNames.gateway(gatewayId),
            Kind.ABSOLUTE,
            MetricAnswers.interval(request.getAggregation()),
            period);
    return GetGatewayMetricsResponse.newBuilder()
        .setRxPackets(
            MetricAnswers.single("Received", MetricKind.ABSOLUTE, buckets, "rx_count", "rx_count"))
        .setTxPackets(
            MetricAnswers.single(
                "Transmitted", MetricKind.ABSOLUTE, buckets, "tx_count", "tx_count"))
        .setTxPacketsPerFreq(MetricAnswers.split("Transmitted / frequency", buckets, "tx_freq_"))
        .setRxPacketsPerFreq(MetricAnswers.split("Received / frequency", buckets, "rx_freq_"))
        .setTxPacketsPerDr(MetricAnswers.split("Transmitted / DR", buckets, "tx_dr_"))
        .setRxPacketsPerDr(MetricAnswers.split("Received / DR", buckets, "rx_dr_"))
        .setTxPacketsPerStatus(MetricAnswers.split("TX packets / status", buckets, "tx_status_"))
        .build();
  }

  /** Kept by the minute alone. */
  public GetGatewayDutyCycleMetricsResponse dutyCycle(
      String gatewayId, GetGatewayDutyCycleMetricsRequest request) {
    Period period =
        Period.of(request.hasStart(), request.getStart(), request.hasEnd(), request.getEnd());
    List<Bucket> buckets =
        answers.read(MetricNames.dutyCycle(gatewayId), Kind.COUNTER, Interval.MINUTE, period);
    return GetGatewayDutyCycleMetricsResponse.newBuilder()
        .setMaxLoadPercentage(
            MetricAnswers.split(
                "Percentage of max tx duty-cycle", buckets, DutyCycle.OF_ALLOWED, DutyCycle::label))
        .setWindowPercentage(
            MetricAnswers.split("Tx duty-cycle", buckets, DutyCycle.OF_WINDOW, DutyCycle::label))
        .build();
  }
}
