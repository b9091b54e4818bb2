package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.History;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Devices move from a ChirpStack v3 to a v4. Of the connectors' configuration the address and the
 * API key change, and nothing else.
 */
@Timeout(180)
class MigrationIT {
  private final Simulator v3 = server(Generation.V3);
  private final Simulator v4 = server(Generation.V4);
  private final SmallNetwork before = new SmallNetwork(v3, 3);
  private final SmallNetwork after = new SmallNetwork(v4, 3);

  private static Simulator server(Generation generation) {
    return Simulator.builder().generation(generation).empty().history(History.exactly(100)).start();
  }

  @Test
  void topicsKeysAndSchemasStayAndTheNewHistoryIsMarked() {
    try (v3;
        v4;
        SourceUnderTest source =
            new SourceUnderTest(v3)
                .with("value.converter", JsonConverter.class.getName())
                .with("value.converter.schemas.enable", "true")) {
      before.uplinks(3);
      source.start();
      source.awaitLogs();
      List<TopicRecord> old = source.await("the devices", all -> devices(all).size() == 3);

      after.uplinks(2);
      source.moveTo(v4);
      int entries = Logs.in(old).size() + Logs.of(v4).size();
      source.await("what v4 holds", all -> Logs.in(all).size() >= entries);
      source.await("the devices again", all -> devices(all).size() >= 6);
      after.uplinks(1);
      source.awaitTwoWalks();
      source.await(
          "what came since",
          all -> Logs.in(all).size() >= Logs.in(old).size() + Logs.of(v4).size());

      List<TopicRecord> all = source.records();
      assertThat(all).noneMatch(TopicRecord::isTombstone);
      List<TopicRecord> fresh = all.stream().filter(record -> !old.contains(record)).toList();
      assertThat(all).startsWith(old.toArray(TopicRecord[]::new));
      assertThat(fresh)
          .allSatisfy(record -> assertThat(record.header("chirpstack.api")).isEqualTo("v4"));
      assertThat(Logs.byDevice(Logs.in(fresh))).isEqualTo(Logs.byDevice(Logs.of(v4)));
      assertFirstOfEachLogIsMarked(fresh);
      assertThat(devices(fresh))
          .extracting(TopicRecord::key)
          .containsExactlyInAnyOrderElementsOf(before.devEuis());
      assertThat(schemas(fresh)).isEqualTo(schemas(old));
    }
  }

  @Test
  void commandsGoOnWhereTheyWereWithTheNewServer() {
    try (v3;
        v4;
        SinkUnderTest sink = new SinkUnderTest(v3, 1)) {
      String device = before.devEuis().get(0);
      before.uplinks(1);
      after.uplinks(1);
      sink.start();
      sink.send(device, 1);
      sink.awaitCommitted(1);
      assertThat(sink.accepted(device)).containsExactly(1);

      sink.moveTo(v4);
      sink.send(device, 2);
      sink.awaitCommitted(2);
      assertThat(sink.accepted(device)).containsExactly(2);
      assertThat(v3.observations().enqueues()).hasSize(1);
      assertThat(sink.deadLetters()).isEmpty();
      List<JsonNode> outcomes = sink.outcomes().stream().map(TopicRecord::json).toList();
      assertThat(outcomes)
          .extracting(outcome -> outcome.path("f_cnt_down").isNull())
          .containsExactly(false, true);
      assertThat(outcomes)
          .extracting(outcome -> outcome.path("queue_item_id").isNull())
          .containsExactly(true, false);
    }
  }

  /** The first record of each log says that it is not the one that was read before. */
  private static void assertFirstOfEachLogIsMarked(List<TopicRecord> fresh) {
    Map<String, List<String>> gaps =
        fresh.stream()
            .filter(record -> !record.header("chirpstack.feed").equals("devices"))
            .collect(
                Collectors.groupingBy(
                    record -> record.header("chirpstack.feed") + " " + record.key(),
                    TreeMap::new,
                    Collectors.mapping(
                        record -> String.valueOf(record.header("chirpstack.gap")),
                        Collectors.toList())));
    assertThat(gaps).hasSize(6);
    gaps.forEach(
        (log, marks) -> {
          assertThat(marks.stream().filter(mark -> !mark.equals("null")))
              .as("marks of " + log)
              .hasSize(1)
              .isSubsetOf("cleared", "replaced", "history-full");
        });
  }

  private static List<TopicRecord> devices(List<TopicRecord> records) {
    return records.stream().filter(record -> record.topic().endsWith(".devices")).toList();
  }

  /** By topic. */
  private static Map<String, Set<String>> schemas(List<TopicRecord> records) {
    return records.stream()
        .collect(
            Collectors.groupingBy(
                record -> Logs.suffix(record.topic()),
                TreeMap::new,
                Collectors.mapping(
                    record -> record.json().path("schema").toString(),
                    Collectors.toCollection(() -> (Set<String>) new TreeSet<String>()))));
  }
}
