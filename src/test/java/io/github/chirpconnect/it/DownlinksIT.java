package io.github.chirpconnect.it;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.History;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.connect.json.JsonConverter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What became of each command, from the sink's outcome to the device's answer, in one compacted
 * topic: the source's feed {@code downlinks} and the sink's outcomes; and which commands left their
 * queues without a word.
 */
@Timeout(120)
@ServersWithStreams
class DownlinksIT {
  private static final String CONFIRMED =
      "{\"id\":\"%s\",\"confirmed\":true,\"fPort\":10,\"data\":\"AQID\"}";
  private static final String UNCONFIRMED = "{\"id\":\"%s\",\"fPort\":10,\"data\":\"AQID\"}";

  private final SimulatedServer server;

  DownlinksIT(SimulatedServer server) {
    this.server = server;
  }

  @Test
  void oneTopicHoldsWhatBecameOfEachCommand() {
    try (Simulator chirpStack = server.builder().empty().history(History.exactly(100)).start();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("feeds", "downlinks,device-queues")
                .with("device.queue.interval.ms", "1000")
                .with("device.queue.calls.per.second", "100")
                // All logs are read before anything is queued: v3's would be read by turns.
                .with("device.streams.max", "20")
                .with("chirpstack.redis.pool.size", "40");
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      List<String> devices = SmallNetwork.heard(chirpStack, 7).devEuis();
      chirpStack.network().acknowledges(devices.get(1), false);
      String topic = source.topic("downlinks");
      source.topics().createCompacted(topic);
      source.start();
      sink.with("outcome.topic", topic)
          .with("outcome.value.converter", JsonConverter.class.getName())
          .with("outcome.value.converter.schemas.enable", "false")
          .start();
      sink.send(devices.get(0), CONFIRMED.formatted("acknowledged"));
      sink.send(devices.get(1), CONFIRMED.formatted("not-acknowledged"));
      sink.send(devices.get(2), UNCONFIRMED.formatted("sent"));
      sink.send(devices.get(3), "{\"id\":\"rejected\",\"fPort\":0,\"data\":\"AQID\"}");
      sink.send(devices.get(5), UNCONFIRMED.formatted("flushed"));
      sink.send(devices.get(6), UNCONFIRMED.formatted("lost by a join"));
      sink.awaitCommitted(6);
      Instant missed = emptyQueues(chirpStack, source, devices.subList(5, 7));
      // Another client's, which is too long to be sent.
      chirpStack.network().enqueue(devices.get(4), 10, new byte[300], false);
      for (int i = 0; i < 2; i++) {
        for (String device : devices) {
          chirpStack.network().uplink(device, 10, new byte[] {1});
        }
      }
      source.await("six outcomes and six states", all -> said(in(topic, all)).size() >= 12);
      // The first uplinks came too early to prove anything.
      Awaitility.await("an entry that is late enough")
          .atMost(SourceUnderTest.PATIENCE)
          .until(() -> Instant.now().isAfter(missed.plusSeconds(11)));
      devices.forEach(device -> chirpStack.network().uplink(device, 10, new byte[] {1}));
      List<TopicRecord> records =
          in(topic, source.await("all states", all -> said(in(topic, all)).size() >= 14));

      assertThat(said(records)).hasSize(14);
      assertThat(ways(said(records)))
          .containsOnly(
              Map.entry("acknowledged", "accepted, acknowledged, sent"),
              Map.entry("not-acknowledged", "accepted, not-acknowledged, sent"),
              Map.entry("sent", "accepted, sent"),
              Map.entry("rejected", "rejected"),
              Map.entry("flushed", "accepted, vanished"),
              Map.entry("lost by a join", "accepted, vanished"),
              Map.entry("of another client", "refused"));
      assertLastStates(records);
      said(records).stream().map(TopicRecord::json).forEach(this::assertNamed);
    }
  }

  /**
   * Empties the queue of the first device, as another client may, and that of the second one by a
   * join. Returns when the source had read both queues, before and after.
   */
  private Instant emptyQueues(Simulator chirpStack, SourceUnderTest source, List<String> devices) {
    String queues = source.topic("device.queues");
    source.await("queues", all -> keys(in(queues, all), false).containsAll(devices));
    Network network = chirpStack.network();
    synchronized (network) {
      network.queues().flush(devices.get(0));
      if (server.generation() == Generation.V4) {
        // The device's profile says that an activation flushes the queue; v3 does so always.
        network.queues().flush(devices.get(1));
      }
    }
    network.join(devices.get(1));
    source.await("empty queues", all -> keys(in(queues, all), true).containsAll(devices));
    return Instant.now();
  }

  private static List<TopicRecord> in(String topic, List<TopicRecord> records) {
    return records.stream().filter(record -> record.topic().equals(topic)).toList();
  }

  private static Set<String> keys(List<TopicRecord> records, boolean deletions) {
    return records.stream()
        .filter(record -> record.isTombstone() == deletions)
        .map(TopicRecord::key)
        .collect(toSet());
  }

  /** Without the announcements of calls, which are for the sink's next task. */
  private static List<TopicRecord> said(List<TopicRecord> records) {
    return records.stream().filter(SinkUnderTest::isOutcome).toList();
  }

  /** By the sender's id of a command, all states of its downlink. */
  private static Map<String, String> ways(List<TopicRecord> records) {
    Map<String, List<JsonNode>> downlinks =
        records.stream()
            .map(TopicRecord::json)
            .collect(groupingBy(row -> row.path("downlink").asText(), toList()));
    Map<String, String> ways = new TreeMap<>();
    downlinks
        .values()
        .forEach(
            rows ->
                ways.put(
                    rows.stream()
                        .map(row -> row.path("command_id"))
                        .filter(JsonNode::isTextual)
                        .findFirst()
                        .map(JsonNode::asText)
                        .orElse("of another client"),
                    String.join(
                        ", ",
                        rows.stream().map(row -> row.path("state").asText()).sorted().toList())));
    return ways;
  }

  /** After compaction: each command with its sender's id, and each item's last state. */
  private static void assertLastStates(List<TopicRecord> records) {
    Map<String, JsonNode> kept = new HashMap<>();
    records.forEach(record -> kept.put(record.key(), record.json()));
    Map<String, String> states = new TreeMap<>();
    for (JsonNode command : kept.values()) {
      if (command.path("command_id").isTextual()) {
        JsonNode item = kept.getOrDefault(command.path("downlink").asText(), command);
        states.put(command.path("command_id").asText(), item.path("state").asText());
      }
    }
    assertThat(states)
        .containsOnly(
            Map.entry("acknowledged", "acknowledged"),
            Map.entry("not-acknowledged", "not-acknowledged"),
            Map.entry("sent", "sent"),
            Map.entry("rejected", "rejected"),
            Map.entry("flushed", "vanished"),
            Map.entry("lost by a join", "vanished"));
    assertThat(kept).hasSize(6 + 6);
  }

  /** v4 names the item; v3 a frame counter, which is a guess. */
  private void assertNamed(JsonNode row) {
    boolean v4 = server.generation() == Generation.V4;
    boolean outcome = row.path("command_id").isTextual();
    boolean refused = row.path("state").asText().equals("refused");
    assertThat(row.path("code").asText()).isEqualTo(refused ? "DOWNLINK_PAYLOAD_SIZE" : "null");
    if (row.path("state").asText().equals("rejected")) {
      assertThat(row.path("downlink")).isEqualTo(row.path("id"));
    } else if (v4) {
      assertThat(row.path("downlink")).isEqualTo(row.path("queue_item_id"));
    } else {
      assertThat(row.path("downlink").asText())
          .isEqualTo(row.path("dev_eui").asText() + ":" + row.path("f_cnt_down").asText());
    }
    assertThat(row.path("certainty").asText()).isEqualTo(v4 || outcome ? "certain" : "likely");
    assertThat(row.path("time").isNumber()).isTrue();
    assertThat(row.path("gateway_id").isTextual())
        .isEqualTo(row.path("state").asText().equals("sent"));
    assertThat(row.path("device_name").isTextual()).isEqualTo(!outcome);
  }
}
