package io.github.chirpconnect.simulator.recorded;

import com.google.protobuf.Message;
import io.github.chirpconnect.proto.v3.DeviceStats;
import io.github.chirpconnect.proto.v3.GatewayStats;
import io.github.chirpconnect.proto.v3.GetDeviceStatsRequest;
import io.github.chirpconnect.proto.v3.GetDeviceStatsResponse;
import io.github.chirpconnect.proto.v3.GetGatewayStatsRequest;
import io.github.chirpconnect.proto.v3.GetGatewayStatsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceLinkMetricsRequest;
import io.github.chirpconnect.proto.v4.GetDeviceLinkMetricsResponse;
import io.github.chirpconnect.proto.v4.GetGatewayMetricsRequest;
import io.github.chirpconnect.proto.v4.GetGatewayMetricsResponse;
import io.github.chirpconnect.proto.v4.common.Metric;
import io.github.chirpconnect.proto.v4.common.MetricDataset;
import io.github.chirpconnect.simulator.fault.Faults;
import io.github.chirpconnect.simulator.redis.Interval;
import io.github.chirpconnect.simulator.redis.MetricNames;
import io.github.chirpconnect.simulator.time.Moments;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;

/**
 * What a server must have counted to answer as it did. Where it counted nothing there is nothing:
 * the zeros, the bounds of the buckets and the names are the simulator's to find.
 */
final class RecordedMetrics {
  private final Map<Instant, Map<String, Double>> buckets = new HashMap<>();

  private RecordedMetrics() {}

  /** Puts what was counted into the simulated server, if the answer is about metrics. */
  static void load(Faults faults, Message request, Message answer) {
    RecordedMetrics found = new RecordedMetrics();
    if (request instanceof GetDeviceLinkMetricsRequest asked) {
      found.link((GetDeviceLinkMetricsResponse) answer);
      faults.metrics(
          MetricNames.device(asked.getDevEui()),
          Interval.valueOf(asked.getAggregation().name()),
          found.buckets);
    } else if (request instanceof GetGatewayMetricsRequest asked) {
      found.gateway((GetGatewayMetricsResponse) answer);
      faults.metrics(
          MetricNames.gateway(asked.getGatewayId()),
          Interval.valueOf(asked.getAggregation().name()),
          found.buckets);
    } else if (request instanceof GetDeviceStatsRequest asked) {
      ((GetDeviceStatsResponse) answer).getResultList().forEach(found::device);
      faults.metrics(
          MetricNames.device(asked.getDevEui()), interval(asked.getInterval()), found.buckets);
    } else if (request instanceof GetGatewayStatsRequest asked) {
      ((GetGatewayStatsResponse) answer).getResultList().forEach(found::gateway);
      faults.metrics(
          MetricNames.gateway(asked.getGatewayId()), interval(asked.getInterval()), found.buckets);
    }
  }

  private static Interval interval(String name) {
    return Interval.valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** With the datasets of each metric by their labels: the server has them in no order. */
  static Message sorted(Message answer) {
    Message.Builder sorted = answer.toBuilder();
    answer
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (value instanceof Metric metric) {
                sorted.setField(
                    field,
                    metric.toBuilder()
                        .clearDatasets()
                        .addAllDatasets(
                            metric.getDatasetsList().stream()
                                .sorted(Comparator.comparing(MetricDataset::getLabel))
                                .toList())
                        .build());
              }
            });
    return sorted.build();
  }

  private void link(GetDeviceLinkMetricsResponse answer) {
    single(answer.getRxPackets(), "rx_count");
    sums(answer.getGwRssi(), "gw_rssi_sum");
    sums(answer.getGwSnr(), "gw_snr_sum");
    split(answer.getRxPacketsPerFreq(), "rx_freq_");
    split(answer.getRxPacketsPerDr(), "rx_dr_");
    split(answer.getErrors(), MetricNames.ERROR);
  }

  private void gateway(GetGatewayMetricsResponse answer) {
    single(answer.getRxPackets(), "rx_count");
    single(answer.getTxPackets(), "tx_count");
    split(answer.getRxPacketsPerFreq(), "rx_freq_");
    split(answer.getTxPacketsPerFreq(), "tx_freq_");
    split(answer.getRxPacketsPerDr(), "rx_dr_");
    split(answer.getTxPacketsPerDr(), "tx_dr_");
    split(answer.getTxPacketsPerStatus(), "tx_status_");
  }

  private void single(Metric metric, String field) {
    metric.getDatasetsList().forEach(dataset -> put(metric, dataset, field));
  }

  private void split(Metric metric, String prefix) {
    metric.getDatasetsList().forEach(dataset -> put(metric, dataset, prefix + dataset.getLabel()));
  }

  private void put(Metric metric, MetricDataset dataset, String field) {
    for (int i = 0; i < dataset.getDataCount(); i++) {
      put(Moments.instant(metric.getTimestamps(i)), field, dataset.getData(i));
    }
  }

  /** Means, of which the sums are kept. */
  private void sums(Metric metric, String field) {
    for (int i = 0; i < metric.getTimestampsCount(); i++) {
      Instant start = Moments.instant(metric.getTimestamps(i));
      put(start, field, metric.getDatasets(0).getData(i) * number(start, "rx_count"));
    }
  }

  private void device(DeviceStats row) {
    Instant start = Moments.instant(row.getTimestamp());
    put(start, "rx_count", row.getRxPackets());
    put(start, "gw_rssi_sum", row.getGwRssi() * (double) row.getRxPackets());
    put(start, "gw_snr_sum", row.getGwSnr() * (double) row.getRxPackets());
    putAll(start, "rx_freq_", row.getRxPacketsPerFrequencyMap());
    putAll(start, "rx_dr_", row.getRxPacketsPerDrMap());
    putAll(start, MetricNames.ERROR, row.getErrorsMap());
  }

  private void gateway(GatewayStats row) {
    Instant start = Moments.instant(row.getTimestamp());
    put(start, "rx_count", row.getRxPacketsReceived());
    put(start, "rx_ok_count", row.getRxPacketsReceivedOk());
    put(start, "tx_count", row.getTxPacketsReceived());
    put(start, "tx_ok_count", row.getTxPacketsEmitted());
    putAll(start, "rx_freq_", row.getRxPacketsPerFrequencyMap());
    putAll(start, "tx_freq_", row.getTxPacketsPerFrequencyMap());
    putAll(start, "rx_dr_", row.getRxPacketsPerDrMap());
    putAll(start, "tx_dr_", row.getTxPacketsPerDrMap());
    putAll(start, "tx_status_", row.getTxPacketsPerStatusMap());
  }

  private void putAll(Instant start, String prefix, Map<?, Integer> counts) {
    for (Entry<?, Integer> count : counts.entrySet()) {
      put(start, prefix + count.getKey(), count.getValue());
    }
  }

  private void put(Instant start, String field, double value) {
    if (value != 0) {
      buckets.computeIfAbsent(start, time -> new HashMap<>()).put(field, value);
    }
  }

  private double number(Instant start, String field) {
    return buckets.getOrDefault(start, Map.of()).getOrDefault(field, 0.0);
  }
}
