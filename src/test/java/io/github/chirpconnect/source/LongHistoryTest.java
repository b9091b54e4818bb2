package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.testing.FakeChirpStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logs of hundreds of entries, which are replayed with each stream, through a task. */
class LongHistoryTest {
  private static final String A = "0101010101010101";

  private final TaskUnderTest task = new TaskUnderTest("device-events");
  private final FakeChirpStack chirpStack = task.chirpStack;
  private int logged;

  @ParameterizedTest
  @EnumSource(Generation.class)
  void aServerThatStandsStillInAReplayCostsTimeAndNothingElse(Generation generation) {
    readAll(generation, 500);
    for (int seconds : List.of(1, 5, 60)) {
      task.restart();
      assertThat(task.runSeconds(3)).isEmpty();
      chirpStack.freeze();
      assertThat(task.runSeconds(seconds)).isEmpty();
      chirpStack.thaw();
      log(1);
      assertOnce(task.runSeconds(90), logged);
    }
  }

  @ParameterizedTest
  @EnumSource(Generation.class)
  void aRedisThatStandsStillWhileCallsAreAnsweredDoesNeither(Generation generation) {
    readAll(generation, 500);
    for (int seconds : List.of(1, 5, 60)) {
      task.restart();
      assertThat(task.runSeconds(3)).isEmpty();
      chirpStack.hushed = true;
      assertThat(task.runSeconds(seconds)).isEmpty();
      chirpStack.hushed = false;
      log(1);
      assertOnce(task.runSeconds(90), logged);
    }
  }

  /** More than is remembered: the operator let the server keep more while the stream was open. */
  @Test
  void aHistoryThatWasMadeLongerIsRecognisedThoughMostOfItIsNotRemembered() {
    chirpStack.historyLimit = 10;
    readAll(Generation.V4, 10);
    chirpStack.historyLimit = 500;
    for (int i = 0; i < 400; i++) {
      log(1);
      task.runSeconds(3);
    }
    task.restart();
    for (int i = 0; i < 3; i++) {
      // The stream is opened again and again, since it seems to end.
      assertThat(task.runSeconds(3 + 3 * i)).isEmpty();
      chirpStack.hushed = true;
      assertThat(task.runSeconds(60)).isEmpty();
      chirpStack.hushed = false;
    }
    log(1);
    assertOnce(task.runSeconds(90), logged);
  }

  /** Each turn ends when the log is quiet, and the replay pauses in it for longer. */
  @Test
  void logsThatAreReadInTurnsAreReadToTheirEndThoughEachReplayPauses() {
    TaskUnderTest both = new TaskUnderTest("device-events", "device-frames");
    both.chirpStack.generation = Generation.V3;
    for (int i = 0; i < 6; i++) {
      String devEui = String.format("%016x", i);
      both.chirpStack.add(devEui);
      for (int id = 1; id <= 95; id++) {
        both.chirpStack.log(Logs.up(devEui, id + "-0"), Logs.frame(devEui, id + "-0"));
      }
    }
    both.start();
    List<SourceRecord> records = both.runSeconds(600);
    assertThat(records).hasSize(6 * 2 * 95);
    assertThat(headers(records, "chirpstack.gap")).isEmpty();
  }

  @Test
  void thousandsOfEntriesThatAreReplayedHoldNoHeap() {
    for (int i = 0; i < 100; i++) {
      String devEui = String.format("%016x", i);
      chirpStack.add(devEui);
      for (int id = 1; id <= 300; id++) {
        chirpStack.log(Logs.up(devEui, id + "-0"));
      }
    }
    task.start();
    task.runSeconds(45);
    task.restart();
    long mostCatchingUp = 0;
    for (int i = 0; i < 45; i++) {
      assertThat(task.runSeconds(1)).isEmpty();
      assertThat(task.shows("queue-bytes")).isZero();
      mostCatchingUp = Math.max(mostCatchingUp, task.shows("streams-catching-up"));
    }
    assertThat(mostCatchingUp).isEqualTo(100);
    assertThat(task.shows("streams-catching-up")).isZero();
  }

  @Test
  void aLogThatIsEmptiedUnderAnOpenStreamGoesOnWithoutDoubles() {
    readAll(Generation.V4, 20);
    for (int i = 0; i < 2; i++) {
      chirpStack.logOf(LogKind.EVENTS, A).clear();
      log(1);
      assertOnce(task.runSeconds(5), logged);
      task.restart();
      assertThat(task.runSeconds(10)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Generation.class)
  void aLogThatWasLostWithTheClockSetBackIsReadTwiceAndWrittenOnce(Generation generation) {
    logged = 100_000;
    readAll(generation, 20);
    task.task().stop();
    chirpStack.logOf(LogKind.EVENTS, A).clear();
    logged = 0;
    log(15);
    task.start();
    List<SourceRecord> records = task.runSeconds(60);
    assertThat(headers(records, "chirpstack.id"))
        .hasSize(15)
        .doesNotHaveDuplicates()
        .startsWith("1-0")
        .endsWith("15-0");
    assertThat(headers(records, "chirpstack.gap")).containsExactly("replaced");
    assertThat(records.get(0).headers().lastWithName("chirpstack.gap")).isNotNull();
    log(1);
    task.restart();
    assertOnce(task.run(Duration.ofSeconds(30)), 16);
  }

  private void readAll(Generation generation, int entries) {
    chirpStack.generation = generation;
    chirpStack.add(A);
    log(entries);
    task.start();
    assertThat(task.runSeconds(90)).hasSize(entries);
  }

  private void log(int entries) {
    for (int i = 0; i < entries; i++) {
      chirpStack.log(Logs.up(A, ++logged + "-0"));
    }
  }

  private static void assertOnce(List<SourceRecord> records, int id) {
    assertThat(headers(records, "chirpstack.id")).containsExactly(id + "-0");
    assertThat(headers(records, "chirpstack.gap")).isEmpty();
  }

  private static List<String> headers(List<SourceRecord> records, String name) {
    List<String> values = new ArrayList<>();
    for (SourceRecord record : records) {
      Header header = record.headers().lastWithName(name);
      if (header != null) {
        values.add((String) header.value());
      }
    }
    return values;
  }
}
