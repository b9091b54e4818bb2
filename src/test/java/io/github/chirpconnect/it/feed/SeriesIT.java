package io.github.chirpconnect.it.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.database.Measurement;
import io.github.chirpconnect.simulator.network.GatewayStats;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * With exactly-once support, metrics of the last hours: each number of each hour once, whatever
 * becomes of worker and server.
 */
@Timeout(240)
@ParameterizedClass
@EnumSource
class SeriesIT {
  private static final long HOURS = 6;

  private static final GatewayStats STATS =
      new GatewayStats(
          8,
          7,
          2,
          2,
          Map.of(868_100_000, 7),
          Map.of(868_300_000, 2),
          Map.of(5, 7),
          Map.of(5, 2),
          Map.of("OK", 2),
          Duration.ofHours(1),
          List.of());

  @Parameter SimulatedServer server;

  private final Instant thisHour = Instant.now().truncatedTo(ChronoUnit.HOURS);
  private final ManualTime time =
      new ManualTime(thisHour.minus(Duration.ofHours(HOURS)).plus(Duration.ofMinutes(10)));

  @Test
  void eachNumberOfEachHourIsWrittenOnce() {
    try (Simulator chirpStack = server.builder().time(time).devicesPerApplication(3).start();
        ConnectWorker worker = ConnectWorker.on(KafkaBroker.shared()).exactlyOnce().start();
        SourceUnderTest source =
            new SourceUnderTest(worker, chirpStack)
                .readCommitted()
                .with("exactly.once.support", "required")
                .with("feeds", feeds())
                .with("metrics.calls.per.second", "10")
                .with("poll.max.records", "7")
                .with("internal.metrics.settle.ms", "0")) {
      liveThroughTheHours(chirpStack.network());
      source.start();
      source.await("some of the rows", all -> all.size() > 50);
      worker.kill();
      worker.start();
      Network network = chirpStack.network();
      int devices = network.devEuis().size();
      int gateways = network.gatewayIds().size();
      List<TopicRecord> rows =
          source.await(
              "each hour of each device and gateway",
              all ->
                  received(all, "link.metrics", source) >= HOURS * devices
                      && received(all, "gateway.metrics", source) >= HOURS * gateways
                      && measured(all, source) >= (isV4() ? HOURS * devices / 2 : 0));
      assertThat(rows).extracting(TopicRecord::key).doesNotHaveDuplicates();
      for (String devEui : network.devEuis()) {
        assertThat(rows)
            .extracting(TopicRecord::key)
            .contains(devEui + "|rx_packets||HOUR|" + thisHour.minus(Duration.ofHours(1)));
      }

      chirpStack.faults().clearHistory();
      source.restart();
      source.awaitTwoWalks();
      assertThat(source.records()).extracting(TopicRecord::key).doesNotHaveDuplicates();
    }
  }

  private boolean isV4() {
    return server.generation() == Generation.V4;
  }

  private String feeds() {
    return isV4() ? "device-metrics,link-metrics,gateway-metrics" : "link-metrics,gateway-metrics";
  }

  /**
   * Each device says something in each hour, and each gateway tells its statistics. Half of the
   * devices have a codec, without which nothing is measured.
   */
  private void liveThroughTheHours(Network network) {
    if (isV4()) {
      network.devEuis().stream()
          .map(devEui -> network.device(devEui).getDeviceProfileId())
          .distinct()
          .forEach(
              profile ->
                  network.measurements(
                      profile, Map.of("temperature", Measurement.of(Measurement.Kind.GAUGE))));
    }
    for (long hour = 0; hour < HOURS; hour++) {
      network.devEuis().forEach(devEui -> network.uplink(devEui, 10, LabCodec.payload(20, 40)));
      network.gatewayIds().forEach(gateway -> network.gatewayStats(gateway, Map.of(), null, STATS));
      time.advance(Duration.ofHours(1));
    }
  }

  private static long received(List<TopicRecord> all, String topic, SourceUnderTest source) {
    return count(all, source.topic(topic), "|rx_packets||HOUR|");
  }

  private static long measured(List<TopicRecord> all, SourceUnderTest source) {
    return count(all, source.topic("device.metrics"), "|temperature||HOUR|");
  }

  private static long count(List<TopicRecord> all, String topic, String key) {
    return all.stream().filter(row -> row.topic().equals(topic) && row.key().contains(key)).count();
  }
}
