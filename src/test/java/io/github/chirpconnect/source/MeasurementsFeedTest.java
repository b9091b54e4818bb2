package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.testing.FakeChirpStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Rows of measurements beside events, and without them. */
class MeasurementsFeedTest {
  private static final String A = "0101010101010101";
  private static final String B = "0202020202020202";
  private static final String TOPIC = "chirpstack.measurements";

  private TaskUnderTest task = new TaskUnderTest("device-events", "measurements");
  private FakeChirpStack chirpStack = task.chirpStack;

  private void alone() {
    task = new TaskUnderTest("measurements");
    chirpStack = task.chirpStack;
  }

  @Test
  void anUplinkComesWithItsRowsInOneBatch() {
    task.properties.put("poll.max.records", "4");
    chirpStack.add(A);
    chirpStack.log(threeValues(A, "1-0"), threeValues(A, "2-0"));
    task.start();
    task.time.advance(Duration.ofSeconds(3));
    assertThat(said(task.poll())).containsExactly("up 1-0", "a 1-0", "b 1-0", "c 1-0");
    assertThat(said(task.poll())).containsExactly("up 2-0", "a 2-0", "b 2-0", "c 2-0");
  }

  @Test
  void aBatchIsNotCutAmidAnUplink() {
    task.properties.put("poll.max.records", "2");
    chirpStack.add(A);
    chirpStack.log(threeValues(A, "1-0"), Logs.up(A, "2-0"), threeValues(A, "3-0"));
    task.start();
    task.time.advance(Duration.ofSeconds(3));
    assertThat(said(task.poll())).containsExactly("up 1-0", "a 1-0", "b 1-0", "c 1-0");
    assertThat(said(task.poll())).containsExactly("up 2-0", "up 3-0", "a 3-0", "b 3-0", "c 3-0");
    assertThat(task.poll()).isEmpty();
  }

  @Test
  void rowsHaveAKeyOfTheirOwnAndTheUplinksHeaders() {
    chirpStack.add(A);
    chirpStack.log(threeValues(A, "1-0"));
    task.start();
    List<SourceRecord> records = task.runSeconds(1);
    SourceRecord row = records.get(1);
    assertThat(row.topic()).isEqualTo(TOPIC);
    assertThat(row.key()).isEqualTo(A + "|a");
    assertThat(row.timestamp()).isEqualTo(records.get(0).timestamp());
    assertThat(headers(row))
        .isEqualTo(
            Map.of(
                "chirpstack.feed", "measurements",
                "chirpstack.api", "v4",
                "chirpstack.kind", "up",
                "chirpstack.id", "1-0"));
  }

  @Test
  void withoutEventsTheStreamsAreReadAndOnlyRowsAreWritten() {
    alone();
    chirpStack.add(A);
    chirpStack.log(
        Logs.up(A, "1-0"),
        Logs.event("join", A, "2-0", "\"devAddr\":\"00000001\""),
        threeValues(A, "3-0"),
        Logs.event("ack", A, "4-0", "\"acknowledged\":true"));
    task.start();
    assertThat(said(task.runSeconds(3))).containsExactly("a 3-0", "b 3-0", "c 3-0");
    assertThat(task.shows("entries-total")).isEqualTo(1);
    assertThat(task.shows("measurements-total")).isEqualTo(3);
    assertThat(chirpStack.open()).hasSize(1);
    task.restart();
    assertThat(task.runSeconds(5)).isEmpty();
  }

  /** They move the position with the next row; until then they come again, and nothing of them. */
  @Test
  void entriesWithoutRowsLeaveThePositionWhereItWas() {
    alone();
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"));
    task.start();
    task.runSeconds(3);
    assertThat(task.offsets).isEmpty();
    task.restart();
    chirpStack.log(threeValues(A, "2-0"));
    task.runSeconds(3);
    assertThat(task.offsets.get(Map.of("dev_eui", A)))
        .satisfies(
            offset -> assertThat(new HashMap<>(offset)).isEqualTo(Map.of("events", "1:1,1")));
  }

  @Test
  void howeverManyRecordsOfAnUplinkReachKafkaTheRestComesAndNothingTwice() {
    List<String> all = List.of("up 1-0", "up 2-0", "a 2-0", "b 2-0", "c 2-0", "up 3-0");
    for (int reached = 0; reached <= all.size(); reached++) {
      setUp();
      task.start();
      task.time.advance(Duration.ofSeconds(3));
      List<SourceRecord> first = task.pollWithoutCommit();
      assertThat(said(first)).isEqualTo(all);
      task.commit(first.subList(0, reached));
      task.restart();
      assertThat(said(task.runSeconds(5))).as("%d", reached).isEqualTo(all.subList(reached, 6));
      task.restart();
      assertThat(task.runSeconds(5)).as("%d", reached).isEmpty();
    }
  }

  private void setUp() {
    task = new TaskUnderTest("device-events", "measurements");
    chirpStack = task.chirpStack;
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"), threeValues(A, "2-0"), Logs.up(A, "3-0"));
  }

  /** Whichever records a transform drops: what it lets through comes once, across restarts. */
  @Test
  void whatAFilterLetsThroughComesOnce() {
    for (Set<String> dropped :
        List.of(
            Set.of("up"),
            Set.of("c"),
            Set.of("a", "b"),
            Set.of("b", "c"),
            Set.of("up", "a", "c"))) {
      setUp();
      task.dropped = record -> dropped.contains(said(record).split(" ")[0]);
      List<String> through = new ArrayList<>();
      task.start();
      for (int i = 0; i < 4; i++) {
        through.addAll(said(delivered(task.runSeconds(3))));
        task.restart();
      }
      chirpStack.log(threeValues(A, "4-0"));
      through.addAll(said(delivered(task.runSeconds(3))));
      task.restart();
      through.addAll(said(delivered(task.runSeconds(3))));
      List<String> expected = new ArrayList<>();
      for (String one :
          List.of(
              "up 1-0", "up 2-0", "a 2-0", "b 2-0", "c 2-0", "up 3-0", "up 4-0", "a 4-0", "b 4-0",
              "c 4-0")) {
        if (!dropped.contains(one.split(" ")[0])) {
          expected.add(one);
        }
      }
      assertThat(through).as("without %s", dropped).isEqualTo(expected);
    }
  }

  private List<SourceRecord> delivered(List<SourceRecord> records) {
    return records.stream().filter(task.dropped.negate()).toList();
  }

  /**
   * The worker dies at any record, again and again. What Kafka has then is a part of the last batch
   * from its beginning on: a record of one device is stored before the next one of it.
   */
  @Test
  void eachRecordReachesKafkaOnceWhereverTheWorkerDies() {
    for (long seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      task = new TaskUnderTest("device-events", "measurements");
      chirpStack = task.chirpStack;
      task.properties.put("poll.max.records", Integer.toString(1 + random.nextInt(9)));
      chirpStack.add(A);
      chirpStack.add(B);
      List<String> stored = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      task.start();
      for (int id = 1; id <= 12; id++) {
        chirpStack.log(threeValues(random.nextBoolean() ? A : B, id + "-0"));
        for (String name : List.of("up", "a", "b", "c")) {
          expected.add(name + " " + id + "-0");
        }
        task.time.advance(Duration.ofMillis(random.nextInt(2_000)));
        List<SourceRecord> batch = task.pollWithoutCommit();
        boolean dies = random.nextInt(3) == 0;
        List<SourceRecord> reached =
            dies ? batch.subList(0, random.nextInt(batch.size() + 1)) : batch;
        task.commit(reached);
        stored.addAll(said(reached));
        if (dies) {
          task.restart();
        }
      }
      stored.addAll(said(task.runSeconds(5)));
      assertThat(stored).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void settingsSayWhichValuesBecomeRows() {
    task.properties.put("measurements.include", "a,b,cells[*].v");
    task.properties.put("measurements.exclude", "b,@snr");
    task.properties.put("measurements.radio", "true");
    chirpStack.add(A);
    chirpStack.log(
        Logs.event(
            "up",
            A,
            "1-0",
            "\"object\":{\"a\":1,\"b\":2,\"c\":3,\"cells\":[{\"v\":4,\"w\":5}]},\"rxInfo\":[{\"gatewayId\":\"0a\",\"rssi\":-60,\"snr\":7.5}]"));
    task.start();
    assertThat(said(task.runSeconds(3)))
        .containsExactly("up 1-0", "a 1-0", "cells[0].v 1-0", "@rssi 1-0");
  }

  @Test
  void ofTooManyValuesTheFirstRemainAndTheOthersAreCounted() {
    task.properties.put("measurements.max", "2");
    chirpStack.add(A);
    chirpStack.log(threeValues(A, "1-0"), threeValues(A, "2-0"));
    task.start();
    assertThat(said(task.runSeconds(3)))
        .containsExactly("up 1-0", "a 1-0", "b 1-0", "up 2-0", "a 2-0", "b 2-0");
    assertThat(task.shows("measurements-left-out-total")).isEqualTo(2);
    assertThat(task.shows("measurements-total")).isEqualTo(4);
  }

  private static LogEntry threeValues(String devEui, String id) {
    return Logs.event(
        "up", devEui, id, "\"object\":{\"c\":true,\"a\":1.5,\"b\":\"x\",\"none\":null}");
  }

  private static List<String> said(List<SourceRecord> records) {
    return records.stream().map(MeasurementsFeedTest::said).toList();
  }

  /** A row's name, or an event's kind, and the id. */
  private static String said(SourceRecord record) {
    Map<String, Object> headers = headers(record);
    String what =
        record.topic().equals(TOPIC)
            ? ((Struct) record.value()).getString("name")
            : (String) headers.get("chirpstack.kind");
    return what + " " + headers.get("chirpstack.id");
  }

  private static Map<String, Object> headers(SourceRecord record) {
    Map<String, Object> headers = new HashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), header.value());
    }
    return headers;
  }
}
