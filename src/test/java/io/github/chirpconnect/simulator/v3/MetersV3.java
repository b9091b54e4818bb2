package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.network.GatewayStats;
import io.github.chirpconnect.simulator.network.Meters;
import io.github.chirpconnect.simulator.network.Reception;
import io.github.chirpconnect.simulator.network.Transmission;
import io.github.chirpconnect.simulator.redis.Interval;
import io.github.chirpconnect.simulator.redis.MetricNames;
import io.github.chirpconnect.simulator.redis.MetricStore;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.github.chirpconnect.simulator.time.Time;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The metrics of v3: how devices were heard, and gateways' statistics. They go through the Redis
 * connections of the application server, and are lost when there is none.
 */
final class MetersV3 implements Meters {
  private static final Set<Interval> INTERVALS = EnumSet.allOf(Interval.class);

  /** What the network server calls the errors that it tells the application server of. */
  private static final Map<String, String> NETWORK_SERVERS_WORDS =
      Map.of(
          "OTAA", "OTAA",
          "UPLINK_FCNT_RESET", "DATA_UP_FCNT_RESET",
          "UPLINK_F_CNT_RESET", "DATA_UP_FCNT_RESET",
          "UPLINK_MIC", "DATA_UP_MIC",
          "UPLINK_FCNT_RETRANSMISSION", "DATA_UP_FCNT_RETRANSMISSION",
          "UPLINK_F_CNT_RETRANSMISSION", "DATA_UP_FCNT_RETRANSMISSION",
          "DOWNLINK_PAYLOAD_SIZE", "DEVICE_QUEUE_ITEM_SIZE",
          "DOWNLINK_FCNT", "DEVICE_QUEUE_ITEM_FCNT",
          "DOWNLINK_GATEWAY", "DATA_DOWN_GATEWAY");

  private final MetricStore metrics;
  private final RedisPool pool;
  private final Time time;

  MetersV3(MetricStore metrics, RedisPool pool, Time time) {
    this.metrics = metrics;
    this.pool = pool;
    this.time = time;
  }

  @Override
  public void uplink(
      NetworkDevice device, int fPort, byte[] data, List<Reception> receptions, Transmission sent) {
    add(MetricNames.device(device.devEui()), Reception.link(receptions, sent));
  }

  /** An error of the codec is the application server's own, and not counted. */
  @Override
  public void error(NetworkDevice device, String code) {
    if (!code.equals("UPLINK_CODEC")) {
      String word = NETWORK_SERVERS_WORDS.getOrDefault(code, "GENERIC");
      add(MetricNames.device(device.devEui()), Map.of(MetricNames.ERROR + word, 1.0));
    }
  }

  @Override
  public void gateway(String gatewayId, GatewayStats stats) {
    Map<String, Double> values = new HashMap<>();
    values.put("rx_count", (double) stats.rxPackets());
    values.put("rx_ok_count", (double) stats.rxPacketsOk());
    values.put("tx_count", (double) stats.txPackets());
    values.put("tx_ok_count", (double) stats.txPacketsEmitted());
    stats.rxPerFrequency().forEach((hertz, count) -> values.put("rx_freq_" + hertz, count + 0.0));
    stats.txPerFrequency().forEach((hertz, count) -> values.put("tx_freq_" + hertz, count + 0.0));
    stats.rxPerDataRate().forEach((rate, count) -> values.put("rx_dr_" + rate, count + 0.0));
    stats.txPerDataRate().forEach((rate, count) -> values.put("tx_dr_" + rate, count + 0.0));
    stats.txPerStatus().forEach((status, count) -> values.put("tx_status_" + status, count + 0.0));
    add(MetricNames.gateway(gatewayId), values);
  }

  private void add(String name, Map<String, Double> values) {
    pool.use(
        () -> metrics.write(name, MetricStore.Kind.ABSOLUTE, INTERVALS, time.now(), values),
        () -> {});
  }
}
