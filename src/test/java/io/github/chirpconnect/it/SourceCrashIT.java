package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.harness.ConnectWorker;
import io.github.chirpconnect.harness.KafkaBroker;
import io.github.chirpconnect.harness.TopicReader;
import io.github.chirpconnect.harness.TopicRecord;
import io.github.chirpconnect.simulator.History;
import io.github.chirpconnect.simulator.Simulator;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker is killed while a network is talking, and is started again. The server's history
 * covers the outage, so nothing is lost. What is doubled is what had been written since the last
 * commit of offsets, at most; with exactly-once support, nothing.
 */
@Timeout(240)
class SourceCrashIT {
  private static final Logger LOG = LoggerFactory.getLogger(SourceCrashIT.class);
  private static final double UPLINKS_PER_SECOND = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Simulator chirpStack =
      Simulator.builder().history(History.exactly(2_000)).pace(Duration.ofMillis(100)).start();

  @Test
  void nothingIsLostAndOnlyWhatWasNotCommittedIsDoubled() {
    try (chirpStack;
        ConnectWorker worker =
            ConnectWorker.on(KafkaBroker.shared())
                .offsetFlushInterval(Duration.ofSeconds(2))
                .start();
        SourceUnderTest source = new SourceUnderTest(worker, chirpStack)) {
      talkUntilKilled(worker, source);
      List<Logs.Entry> before = Logs.in(source.records());
      Set<Logs.Entry> uncommitted = new HashSet<>(before);
      uncommitted.removeAll(committed(source, worker, before));
      assertThat(before).as("before the kill").doesNotHaveDuplicates();
      assertThat(uncommitted).as("written since the last commit").hasSizeLessThan(before.size());

      worker.start();
      resumeAndEnd(source);

      List<Logs.Entry> written = Logs.in(source.records());
      assertThat(new HashSet<>(written)).isEqualTo(new HashSet<>(Logs.of(chirpStack)));
      Set<Logs.Entry> once = new HashSet<>();
      List<Logs.Entry> doubled = written.stream().filter(entry -> !once.add(entry)).toList();
      LOG.info(
          "{} entries written before the kill, {} of them not committed; {} after it, {} doubled",
          before.size(),
          uncommitted.size(),
          written.size() - before.size(),
          doubled.size());
      assertThat(doubled).as("once more at most").doesNotHaveDuplicates();
      assertThat(uncommitted).as("written since the last commit").containsAll(doubled);
      assertThat(Logs.byDevice(written.stream().distinct().toList()))
          .as("in order, as they first came")
          .isEqualTo(Logs.byDevice(Logs.of(chirpStack)));
      assertThat(source.records("devices"))
          .extracting(TopicRecord::key)
          .containsOnlyOnceElementsOf(chirpStack.network().devEuis());
    }
  }

  @Test
  void nothingIsDoubledWithExactlyOnceSupport() {
    try (chirpStack;
        ConnectWorker worker = ConnectWorker.on(KafkaBroker.shared()).exactlyOnce().start();
        SourceUnderTest source =
            new SourceUnderTest(worker, chirpStack)
                .readCommitted()
                .with("exactly.once.support", "required")) {
      talkUntilKilled(worker, source);
      int before = Logs.in(source.records()).size();
      assertThat(before).isPositive();

      worker.start();
      resumeAndEnd(source);

      assertThat(Logs.byDevice(Logs.in(source.records())))
          .isEqualTo(Logs.byDevice(Logs.of(chirpStack)));
      assertThat(source.records("devices"))
          .extracting(TopicRecord::key)
          .containsExactlyInAnyOrderElementsOf(chirpStack.network().devEuis());
    }
  }

  /** The streams are in full flow, and each device has been committed once at least. */
  private void talkUntilKilled(ConnectWorker worker, SourceUnderTest source) {
    chirpStack.living().tick(200);
    source.start();
    chirpStack.living().start(UPLINKS_PER_SECOND);
    int backlog = Logs.of(chirpStack).size();
    source.await("more than the backlog", all -> Logs.in(all).size() > backlog + 300);
    Awaitility.await("offsets of each device")
        .atMost(SourceUnderTest.PATIENCE)
        .until(
            () ->
                source.client().offsets(source.name()).stream()
                    .filter(offset -> offset.path("partition").has("dev_eui"))
                    .count(),
            devices -> devices == chirpStack.network().devEuis().size());
    worker.kill();
  }

  /** The network goes on for a while after records come again, then falls silent. */
  private void resumeAndEnd(SourceUnderTest source) {
    int sofar = source.records().size();
    source.await("records after the restart", all -> all.size() > sofar + 300);
    chirpStack.living().stop();
    source.await(
        "all of the logs", all -> new HashSet<>(Logs.in(all)).containsAll(Logs.of(chirpStack)));
    source.awaitTwoWalks();
  }

  /** What is covered by the offsets that are committed now, as the offsets' topic says. */
  private static Set<Logs.Entry> committed(
      SourceUnderTest source, ConnectWorker worker, List<Logs.Entry> written) {
    Map<String, JsonNode> offsets = new HashMap<>();
    try (TopicReader reader = source.topics().reader(worker.offsetsTopic())) {
      for (TopicRecord record : reader.readToEnd()) {
        JsonNode partition = tree(record.key()).path(1);
        if (partition.has("dev_eui")) {
          offsets.put(partition.path("dev_eui").asText(), record.json());
        }
      }
    }
    Set<Logs.Entry> committed = new HashSet<>();
    for (Logs.Entry entry : written) {
      String log = entry.topic().equals("device.frames") ? "frames" : "events";
      JsonNode ids = offsets.getOrDefault(entry.devEui(), tree("{}")).path(log);
      if (ids.isTextual() && !Id.of(entry.id()).isAfter(Id.newest(ids.asText()))) {
        committed.add(entry);
      }
    }
    return committed;
  }

  /** The id of an entry, which orders it in its log. */
  private record Id(long millis, long sequence) {
    static Id of(String text) {
      int dash = text.indexOf('-');
      return new Id(
          Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
    }

    /**
     * The last of an offset's ids: {@code 1:} and for each the milliseconds since the one before, a
     * dot and the sequence unless it is 0, in base 36.
     */
    static Id newest(String ids) {
      long millis = 0;
      long sequence = 0;
      for (String id : ids.substring(2).split(",")) {
        int dot = id.indexOf('.');
        millis += Long.parseLong(dot < 0 ? id : id.substring(0, dot), Character.MAX_RADIX);
        sequence = dot < 0 ? 0 : Long.parseLong(id.substring(dot + 1), Character.MAX_RADIX);
      }
      return new Id(millis, sequence);
    }

    boolean isAfter(Id other) {
      return millis > other.millis || (millis == other.millis && sequence > other.sequence);
    }
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + json, e);
    }
  }
}
