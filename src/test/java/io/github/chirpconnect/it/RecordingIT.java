package io.github.chirpconnect.it;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.TopicRecord;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;

/** What was recorded of a real server, from the server's side to the topics. */
@Timeout(120)
@ServersWithStreams
class RecordingIT {
  @Parameter SimulatedServer server;

  private final JsonConverter converter = new JsonConverter();

  RecordingIT() {
    converter.configure(Map.of("schemas.enable", "true"), false);
  }

  @Test
  void eachRecordedDeviceEventAndFrameArrivesOnceAndSaysTheSame() {
    RecordedWalk walk = RecordedWalk.of(server.generation());
    int entries = walk.log().size();
    assertThat(entries).isGreaterThan(100);
    assertThat(walk.devices()).hasSize(10);
    try (Simulator chirpStack = server.builder().empty().start().loadRecording(walk.file());
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("value.converter", JsonConverter.class.getName())
                .with("value.converter.schemas.enable", "true")
                // All devices at once: to take turns, as v3's would, is of other tests.
                .with("device.streams.max", "20")
                .with("chirpstack.redis.pool.size", "40")
                .with("device.frame.streams.max", "10")) {
      source.start();
      source.await("all that was recorded", all -> all.size() >= entries + walk.devices().size());
      source.awaitTwoWalks();
      List<TopicRecord> records = source.records();

      assertThat(Logs.byDevice(Logs.in(records)))
          .isEqualTo(Logs.byDevice(walk.log().stream().map(RecordedWalk.Recorded::entry).toList()));
      compareEntries(walk, records);
      List<TopicRecord> devices = source.records("devices");
      assertThat(devices)
          .extracting(TopicRecord::key)
          .containsExactlyInAnyOrderElementsOf(walk.devices().keySet());
      devices.forEach(record -> compareDevice(walk, record));
      assertThat(records).hasSize(entries + devices.size());
    }
  }

  /** Names of entries can repeat where the server gives no ids, so the n-th is the n-th. */
  private void compareEntries(RecordedWalk walk, List<TopicRecord> records) {
    Map<Logs.Entry, List<RecordedWalk.Recorded>> recorded =
        walk.log().stream().collect(groupingBy(RecordedWalk.Recorded::entry));
    Map<Logs.Entry, Integer> compared = new HashMap<>();
    for (TopicRecord record : records) {
      if (!record.header("chirpstack.feed").equals("devices")) {
        Logs.Entry entry = Logs.entry(record);
        int nth = compared.merge(entry, 1, Integer::sum);
        compareEntry(record, recorded.get(entry).get(nth - 1));
      }
    }
  }

  private void compareEntry(TopicRecord record, RecordedWalk.Recorded recorded) {
    String id = record.header("chirpstack.id");
    assertThat(record.headers())
        .containsOnly(
            Map.entry("chirpstack.feed", recorded.feed()),
            Map.entry("chirpstack.kind", recorded.kind()),
            Map.entry("chirpstack.api", server.generation().toString()),
            Map.entry("chirpstack.id", recorded.id() == null ? id : recorded.id()));
    assertThat(id.startsWith("d:")).as("is a digest: " + id).isEqualTo(recorded.id() == null);
    recorded.check().accept(value(record));
  }

  private void compareDevice(RecordedWalk walk, TopicRecord record) {
    assertThat(record.headers())
        .containsOnly(
            Map.entry("chirpstack.feed", "devices"),
            Map.entry("chirpstack.api", server.generation().toString()));
    walk.devices().get(record.key()).accept(value(record));
  }

  /** As a consumer with the same converter reads it. */
  private Struct value(TopicRecord record) {
    byte[] bytes = record.text().getBytes(StandardCharsets.UTF_8);
    return (Struct) converter.toConnectData(record.topic(), bytes).value();
  }
}
