package io.github.chirpconnect.it.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.MeasuredRows;
import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.History;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Values that codecs made of uplinks, each as a row, without the events that they come with. */
@Timeout(120)
@ServersWithStreams
class MeasurementsIT {
  private final SimulatedServer server;

  MeasurementsIT(SimulatedServer server) {
    this.server = server;
  }

  /** Across a restart, after which events come that make no rows. */
  @Test
  void eachValueIsARowOnce() {
    try (Simulator chirpStack = server.builder().empty().history(History.exactly(100)).start();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("feeds", "measurements")
                .with("measurements.radio", "true")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 2);
      network.uplinks(2);
      String first = network.devEuis().get(0);
      chirpStack.network().status(first, 7, false, 61.5f);
      source.start();
      awaitRows(source, chirpStack);

      source.restart();
      chirpStack.network().status(network.devEuis().get(1), 8, true, 0);
      network.uplinks(1);
      List<TopicRecord> records = awaitRows(source, chirpStack);
      assertThat(MeasuredRows.in(records))
          .containsExactlyInAnyOrderElementsOf(MeasuredRows.of(chirpStack));
      assertThat(MeasuredRows.in(records)).hasSize(2 * 3 * 8);
      assertThat(records).allSatisfy(this::assertWhole);
      assertThat(own(records))
          .containsExactlyInAnyOrder(
              "0 @battery 61.5",
              "0 @external_power false",
              "0 @margin 7.0",
              "1 @external_power true",
              "1 @margin 8.0");
      assertSignals(records);
    }
  }

  /** Signals of the last uplinks come behind all other rows. */
  private static List<TopicRecord> awaitRows(SourceUnderTest source, Simulator chirpStack) {
    int uplinks =
        MeasuredRows.of(chirpStack).stream()
            .map(row -> row.devEui() + row.id())
            .collect(Collectors.toSet())
            .size();
    return source.await(
        "all rows",
        all ->
            MeasuredRows.in(all).size() >= MeasuredRows.of(chirpStack).size()
                && all.stream().filter(record -> name(record).equals("@snr")).count() >= uplinks);
  }

  private void assertWhole(TopicRecord record) {
    JsonNode row = record.json();
    assertThat(record.topic()).endsWith(".measurements");
    assertThat(record.key()).isEqualTo(row.path("dev_eui").asText() + "|" + name(record));
    assertThat(record.header("chirpstack.feed")).isEqualTo("measurements");
    assertThat(record.header("chirpstack.kind")).isEqualTo(row.path("kind").asText());
    assertThat(record.header("chirpstack.id")).isEqualTo(row.path("id").asText());
    assertThat(record.header("chirpstack.api")).isEqualTo(server.generation().toString());
    assertThat(row.path("device_name").asText()).startsWith("meter-");
    assertThat(row.path("application_name").asText()).isEqualTo("meters");
    assertThat(row.path("time").isNumber()).isTrue();
    // v3's events do not say it, and its status events no device profile.
    boolean v3 = server.generation() == Generation.V3;
    assertThat(row.path("tenant_name").isNull()).isEqualTo(v3);
    boolean uplink = row.path("kind").asText().equals("up");
    assertThat(row.path("device_profile_name").asText())
        .isEqualTo(v3 && !uplink ? "null" : "meter");
    assertThat(row.path("f_port").isNull()).isEqualTo(!uplink);
    assertThat(row.path("f_cnt").isNull()).isEqualTo(!uplink);
  }

  /** Of status events: which device's, and what. */
  private static List<String> own(List<TopicRecord> records) {
    return records.stream()
        .filter(record -> record.header("chirpstack.kind").equals("status"))
        .map(
            record -> {
              JsonNode row = record.json();
              JsonNode said = row.path("value").isNull() ? row.path("bool") : row.path("value");
              String device = row.path("device_name").asText();
              return device.substring(device.length() - 1) + " " + name(record) + " " + said;
            })
        .toList();
  }

  private static void assertSignals(List<TopicRecord> records) {
    for (String name : List.of("@rssi", "@snr")) {
      Set<String> ids = new HashSet<>();
      records.stream()
          .filter(record -> name(record).equals(name))
          .forEach(
              record -> {
                assertThat(record.json().path("value").isNumber()).isTrue();
                assertThat(ids.add(record.key() + record.header("chirpstack.id"))).isTrue();
              });
      assertThat(ids).hasSize(6);
    }
  }

  private static String name(TopicRecord record) {
    return record.json().path("name").asText();
  }
}
