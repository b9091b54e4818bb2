package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.fault.Faults;
import io.github.chirpconnect.simulator.redis.History;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/**
 * What can become of the server's history while nobody reads it: each entry that a stream can still
 * show is written once, and the first record after entries that may be missing says so.
 */
@Execution(CONCURRENT)
@Timeout(120)
@ServersWithStreams
class HistoryIT {
  private static final int KEPT = 10;

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final SmallNetwork network;
  private final SourceUnderTest source;

  /** All that the logs have ever shown. */
  private final Set<Logs.Entry> shown = new LinkedHashSet<>();

  /** The first entry of each log that no look had shown before the last one. */
  private List<Logs.Entry> firstNew = List.of();

  HistoryIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().history(History.exactly(KEPT)).start();
    network = new SmallNetwork(chirpStack, 2);
    source = new SourceUnderTest(chirpStack);
  }

  @BeforeEach
  void readSome() {
    network.uplinks(4);
    look();
    source.start();
    awaitShown();
    // A stream goes on where it is, whatever becomes of the history: only a new one shows it.
    chirpStack.stop();
  }

  @AfterEach
  void tearDown() {
    source.close();
    chirpStack.close();
  }

  @Test
  void moreThanTheServerKeepsWasMissed() {
    network.uplinks(KEPT + 3);
    look();
    chirpStack.start();
    awaitShown();
    assertOnceAndGap("history-full");
  }

  @Test
  void theHistoryWasCleared() {
    chirpStack.faults().clearHistory();
    network.uplinks(3);
    look();
    chirpStack.start();
    awaitShown();
    assertOnceAndGap("cleared");
  }

  @Test
  void aBackupWasRestored() {
    Faults.Backup backup = chirpStack.faults().backupHistory();
    chirpStack.start();
    network.uplinks(2);
    look();
    awaitShown();
    chirpStack.stop();

    chirpStack.faults().restoreHistory(backup);
    network.uplinks(2);
    look();
    chirpStack.start();
    awaitShown();
    assertOnceAndGap("replaced");
  }

  @Test
  void theClockWasSetBackWhenTheHistoryWasLost() {
    chirpStack.faults().clearHistory();
    chirpStack.faults().moveRedisClock(Duration.ofHours(-1));
    network.uplinks(3);
    look();
    chirpStack.start();
    awaitShown();
    // Frames of v3 have no ids, so that a clock leaves no trace in them.
    assertOnceAndGap("replaced", server.generation() == Generation.V3 ? "cleared" : "replaced");
  }

  /** Redis keeps ids rising then: nothing is missing, and nothing is said. */
  @Test
  void theClockWasSetBackAndTheHistoryIsWhole() {
    chirpStack.faults().moveRedisClock(Duration.ofHours(-1));
    network.uplinks(2);
    look();
    chirpStack.start();
    awaitShown();
    assertOnceAndGap(null);
  }

  private void look() {
    Map<String, Logs.Entry> first = new LinkedHashMap<>();
    for (Logs.Entry entry : Logs.of(chirpStack)) {
      if (shown.add(entry)) {
        first.putIfAbsent(entry.devEui() + entry.topic().equals("device.frames"), entry);
      }
    }
    firstNew = List.copyOf(first.values());
  }

  private void awaitShown() {
    source.await("all that the logs have shown", all -> Logs.in(all).size() >= shown.size());
  }

  private void assertOnceAndGap(String gap) {
    assertOnceAndGap(gap, gap);
  }

  /** The gap's header is on the first record of each log after it, and on no other. */
  private void assertOnceAndGap(String ofEvents, String ofFrames) {
    List<Logs.Entry> afterGap = firstNew;
    network.uplinks(1);
    look();
    awaitShown();
    List<TopicRecord> records = source.records();
    assertThat(Logs.in(records)).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(shown);
    List<TopicRecord> marked =
        records.stream().filter(record -> record.header("chirpstack.gap") != null).toList();
    if (ofEvents == null) {
      assertThat(marked).isEmpty();
    } else {
      assertThat(afterGap).as("both logs of both devices").hasSize(4);
      assertThat(marked).extracting(Logs::entry).containsExactlyInAnyOrderElementsOf(afterGap);
      assertThat(marked)
          .allSatisfy(
              record ->
                  assertThat(record.header("chirpstack.gap"))
                      .isEqualTo(record.topic().endsWith(".device.frames") ? ofFrames : ofEvents));
    }
  }
}
