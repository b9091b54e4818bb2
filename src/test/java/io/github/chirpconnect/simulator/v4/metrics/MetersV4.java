package io.github.chirpconnect.simulator.v4.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.simulator.codec.Codec;
import io.github.chirpconnect.simulator.database.Measurement;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.Profile;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.network.GatewayStats;
import io.github.chirpconnect.simulator.network.Meters;
import io.github.chirpconnect.simulator.network.Reception;
import io.github.chirpconnect.simulator.network.Transmission;
import io.github.chirpconnect.simulator.redis.Interval;
import io.github.chirpconnect.simulator.redis.MetricNames;
import io.github.chirpconnect.simulator.redis.MetricStore;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The metrics of v4: how devices were heard, what their codecs measured, gateways' statistics. */
public final class MetersV4 implements Meters {
  private static final Set<Interval> INTERVALS =
      EnumSet.of(Interval.HOUR, Interval.DAY, Interval.MONTH);
  private static final Set<Interval> DUTY_CYCLE = EnumSet.of(Interval.MINUTE);

  private static final Set<String> COUNTED_ERRORS = Set.of("OTAA", "UPLINK_MIC");

  private final Rows rows;
  private final MetricStore metrics;
  private final Time time;

  public MetersV4(Rows rows, MetricStore metrics, Time time) {
    this.rows = rows;
    this.metrics = metrics;
    this.time = time;
  }

  @Override
  public void uplink(
      NetworkDevice device, int fPort, byte[] data, List<Reception> receptions, Transmission sent) {
    add(MetricNames.device(device.devEui()), Reception.link(receptions, sent));
    Profile profile = rows.profile(device);
    Codec codec = profile.codec();
    if (codec != null && !profile.measurements().isEmpty()) {
      measure("", codec.decode(fPort, data), device, profile);
    }
  }

  /** Nested fields are called {@code outer_inner}, elements of a list {@code list_0}. */
  private void measure(String key, JsonNode value, NetworkDevice device, Profile profile) {
    if (value.isContainerNode()) {
      String prefix = key.isEmpty() ? "" : key + "_";
      int index = 0;
      for (JsonNode element : value) {
        if (value.isArray()) {
          measure(prefix + index++, element, device, profile);
        }
      }
      value
          .properties()
          .forEach(field -> measure(prefix + field.getKey(), field.getValue(), device, profile));
      return;
    }
    Measurement measurement = profile.measurements().get(key);
    if (measurement == null || measurement.kind() == Measurement.Kind.UNKNOWN) {
      return;
    }
    String name = MetricNames.measurement(device.devEui(), key);
    if (value.isNumber() && measurement.kind() != Measurement.Kind.STRING) {
      metrics.write(
          name,
          MetricStore.Kind.valueOf(measurement.kind().name()),
          INTERVALS,
          time.now(),
          Map.of(MetricNames.VALUE, value.asDouble()));
    } else if (value.isTextual() || value.isBoolean()) {
      metrics.writeState(name, value.asText());
    }
  }

  /** Of all trouble, the server counts joins alone. */
  @Override
  public void error(NetworkDevice device, String code) {
    if (!COUNTED_ERRORS.contains(code)) {
      return;
    }
    add(MetricNames.device(device.devEui()), Map.of(MetricNames.ERROR + code, 1.0));
  }

  @Override
  public void gateway(String gatewayId, GatewayStats stats) {
    Map<String, Double> values = new HashMap<>();
    values.put("rx_count", (double) stats.rxPacketsOk());
    values.put("tx_count", (double) stats.txPacketsEmitted());
    stats.rxPerFrequency().forEach((hertz, count) -> values.put("rx_freq_" + hertz, count + 0.0));
    stats.txPerFrequency().forEach((hertz, count) -> values.put("tx_freq_" + hertz, count + 0.0));
    // Whatever the gateway counted at a data rate: the server adds one.
    stats.rxPerDataRate().keySet().forEach(rate -> values.put("rx_dr_" + rate, 1.0));
    stats.txPerDataRate().keySet().forEach(rate -> values.put("tx_dr_" + rate, 1.0));
    stats.txPerStatus().forEach((status, count) -> values.put("tx_status_" + status, count + 0.0));
    add(MetricNames.gateway(gatewayId), values);
    if (!stats.bands().isEmpty()) {
      metrics.write(
          MetricNames.dutyCycle(gatewayId),
          MetricStore.Kind.COUNTER,
          DUTY_CYCLE,
          time.now(),
          DutyCycle.values(stats));
    }
  }

  private void add(String name, Map<String, Double> values) {
    Instant now = time.now();
    metrics.write(name, MetricStore.Kind.ABSOLUTE, INTERVALS, now, values);
  }
}
