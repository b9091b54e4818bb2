package io.github.chirpconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.sink.command.Mistake;
import io.github.chirpconnect.sink.command.PlainReading;
import io.github.chirpconnect.sink.command.RandomCommand;
import io.github.chirpconnect.sink.command.RandomForm;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.testing.FakeQueues;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/**
 * Many records, made by chance from a seed, through a task as a whole: each is queued exactly as it
 * is meant, in the order of its target, or is in the dead letter queue with a reason that names
 * what is wrong; none is lost, and the task goes on. What was meant comes first, and the record is
 * made of it; so what is expected does not depend on how records are read.
 *
 * <p>With {@code -Dfuzz.records=...} there are more of them, with {@code -Dfuzz.seed=...} others; a
 * seed of 0 takes a new one.
 */
class FuzzTest {
  private static final int RECORDS = Integer.getInteger("fuzz.records", 5_000);
  private static final long SEED = seed(Long.getLong("fuzz.seed", 11));

  /** The server refuses what is for it. */
  private static final int REFUSED_PORT = 113;

  private static final String REFUSAL = "no such device";

  private final Random random = new Random(SEED);
  private final SinkBed bed =
      new SinkBed().with("outcome.topic", "outcomes").with("outcome.bootstrap.servers", "k:9092");

  /** What the server took, in order, by target and item as its receipts name them. */
  private final Map<String, Downlink> taken = new LinkedHashMap<>();

  /** What has to become of a record. */
  private sealed interface Expected {}

  private record Queued(RandomCommand meant) implements Expected {}

  private record Refused(String named, String id) implements Expected {}

  /** If it is queued, the text says so. */
  private record AsTextSays(Optional<PlainReading> text) implements Expected {}

  /** If it is queued, nobody knows why. */
  private record Garbage() implements Expected {}

  private static long seed(long given) {
    return given == 0 ? System.nanoTime() : given;
  }

  @Test
  void eachRecordIsQueuedAsItIsMeantOrRefusedByName() {
    bed.start();
    bed.server.atOnce = this::answer;
    List<Expected> expected = new ArrayList<>();
    List<SinkRecord> records = new ArrayList<>();
    while (expected.size() < RECORDS) {
      List<SinkRecord> batch = new ArrayList<>();
      for (int i = random.nextInt(500); i >= 0; i--) {
        batch.add(next(expected));
      }
      records.addAll(batch);
      while (!bed.context.paused.isEmpty()) {
        bed.turns(Duration.ofMillis(50));
      }
      bed.put(batch);
      bed.turn();
    }
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.committed()).as("seed %d", SEED).isEqualTo(records.size());
    assertBooks(records, expected);
  }

  private void answer(FakeQueues.Enqueue call) {
    if (call.port() == REFUSED_PORT) {
      call.fail(FailureKind.BAD_REQUEST, REFUSAL);
      return;
    }
    call.succeed();
    Receipt receipt = call.answer.join();
    taken.put(
        item(call.downlink.target(), receipt.queueItemId(), receipt.fCntDown()), call.downlink);
  }

  private static String item(Target target, String id, Long fCnt) {
    return target.id() + "/" + id + "/" + fCnt;
  }

  /** Another record, with the next offset and of this moment. */
  private SinkRecord next(List<Expected> expected) {
    int offset = expected.size();
    RandomForm form = new RandomForm(random);
    SinkRecord record;
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> {
        RandomCommand meant = new RandomCommand(random);
        record = form.record(meant);
        expected.add(new Queued(meant));
      }
      case 4, 5, 6 -> {
        Mistake mistake = Mistake.of(random);
        record = mistake.record();
        expected.add(new Refused(mistake.named(), mistake.id()));
      }
      case 7, 8 -> {
        byte[] json = changed(form.text(new RandomCommand(random)));
        Object value = random.nextBoolean() ? json : new String(json, StandardCharsets.UTF_8);
        byte[] seen = value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : json;
        record = new SinkRecord("commands", 0, null, null, null, value, 0);
        expected.add(new AsTextSays(PlainReading.of(seen)));
      }
      default -> {
        record = new SinkRecord("commands", 0, null, form.anything(3), null, form.anything(0), 0);
        expected.add(new Garbage());
      }
    }
    return new SinkRecord(
        record.topic(),
        record.kafkaPartition(),
        record.keySchema(),
        record.key(),
        record.valueSchema(),
        record.value(),
        offset,
        bed.time.instant().toEpochMilli(),
        TimestampType.CREATE_TIME,
        record.headers());
  }

  /** A few bytes of it are others, are gone, stand twice, or are bytes of no text. */
  private byte[] changed(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      int end = Math.min(bytes.length, at + random.nextInt(4));
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> replaced(bytes, at, end, "");
            case 1 ->
                replaced(
                    bytes,
                    at,
                    at,
                    new String(Arrays.copyOfRange(bytes, at, end), StandardCharsets.ISO_8859_1));
            case 2 -> replaced(bytes, at, at + 1, "" + (char) random.nextInt(256));
            case 3 ->
                replaced(
                    bytes,
                    at,
                    at + 1,
                    "" + "0123456789.eE+-\"{}[]:, \\utfn".charAt(random.nextInt(28)));
            default -> replaced(bytes, at, random.nextInt(4) == 0 ? bytes.length : at, "");
          };
      if (bytes.length == 0) {
        return bytes;
      }
    }
    return bytes;
  }

  private static byte[] replaced(byte[] bytes, int from, int to, String by) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return (text.substring(0, from) + by + text.substring(to))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private void assertBooks(List<SinkRecord> records, List<Expected> expected) {
    Map<Integer, String> reasons = new HashMap<>();
    bed.context.reports.forEach(
        report ->
            assertThat(
                    reasons.put((int) report.record().kafkaOffset(), report.reason().getMessage()))
                .as("reported twice, %s", which(report.record()))
                .isNull());
    Map<Integer, OutcomeRecord> outcomes = new HashMap<>();
    bed.outcomes.written.forEach(
        outcome -> assertThat(outcomes.put((int) outcome.offset(), outcome)).isNull());
    assertThat(outcomes).hasSize(records.size());
    Map<String, Integer> offsets = new HashMap<>();
    int flushes = 0;
    for (int offset = 0; offset < records.size(); offset++) {
      String which = which(records.get(offset));
      OutcomeRecord outcome = outcomes.get(offset);
      String reason = reasons.get(offset);
      if (!outcome.state().equals("accepted")) {
        assertThat(outcome.state()).as(which).isIn("rejected", "expired");
        assertThat(reason).as(which).isEqualTo(outcome.reason());
        assertRefused(expected.get(offset), outcome, which);
        continue;
      }
      assertThat(reason).as(which).isNull();
      String item = item(outcome.target(), outcome.queueItemId(), outcome.fCntDown());
      Downlink queued = taken.get(item);
      if (queued == null) {
        flushes++;
        assertThat(outcome.queueItemId()).as(which).isNull();
      } else {
        assertThat(offsets.put(item, offset)).as(which).isNull();
      }
      assertQueued(expected.get(offset), queued, outcome.target(), which);
    }
    assertThat(offsets).as("what is queued is of a record").hasSize(taken.size());
    assertThat(bed.server.flushes).hasSize(flushes);
    assertInOrder(offsets);
  }

  private static void assertRefused(Expected expected, OutcomeRecord outcome, String which) {
    assertThat(outcome.reason())
        .as(which)
        .isNotBlank()
        .doesNotContain("fasterxml", "java.", "Exception", "JsonToken", "arraylist", "hashmap");
    if (expected instanceof Refused refused) {
      assertThat(outcome.reason()).as(which).containsIgnoringCase(refused.named());
      assertThat(outcome.commandId()).as(which).isEqualTo(refused.id());
    } else if (expected instanceof Queued queued) {
      assertThat(queued.meant().fPort).as(which + outcome).isEqualTo(REFUSED_PORT);
      assertThat(outcome.reason()).as(which).contains(REFUSAL);
    }
  }

  private static void assertQueued(
      Expected expected, Downlink queued, Target target, String which) {
    if (expected instanceof Queued meant) {
      assertThat(queued == null).as(which).isEqualTo(meant.meant().flush);
      assertThat(target).as(which).isEqualTo(meant.meant().target);
      if (queued != null) {
        assertThat(meant.meant().difference(queued)).as(which + queued).isEmpty();
      }
    } else if (expected instanceof AsTextSays says) {
      assertThat(says.text()).as(which).isPresent();
      if (queued != null) {
        assertThat(says.text().get().difference(queued)).as(which + queued).isEmpty();
      }
    } else {
      assertThat(expected).as(which + " was queued as " + queued).isInstanceOf(Garbage.class);
    }
  }

  private void assertInOrder(Map<String, Integer> offsets) {
    Map<Target, List<Integer>> byTarget = new HashMap<>();
    taken.forEach(
        (item, queued) ->
            byTarget
                .computeIfAbsent(queued.target(), any -> new ArrayList<>())
                .add(offsets.get(item)));
    assertThat(byTarget).allSatisfy((target, each) -> assertThat(each).isSorted());
  }

  private static String which(SinkRecord record) {
    Object value =
        record.value() instanceof byte[] bytes
            ? new String(bytes, StandardCharsets.UTF_8)
            : record.value();
    return "seed %d, offset %d, key %s, headers %s, value %s: "
        .formatted(SEED, record.kafkaOffset(), record.key(), record.headers(), value);
  }
}
