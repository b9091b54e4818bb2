package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.History;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;

/**
 * Long histories are replayed over a link that pauses in the middle of them, and the worker is
 * killed meanwhile: a pause costs time and nothing else.
 */
@Timeout(240)
@ServersWithStreams
class PausedReplayIT {
  /** More than a v3 has streams of frames for, so that they take turns. */
  private static final int DEVICES = 3;

  /** Of each entry that a log holds: there are about a dozen pauses in a replay. */
  private static final int BYTES_BETWEEN_PAUSES = 400;

  /** Longer than the quiet after which a visit to a log is over. */
  private static final Duration PAUSE = Duration.ofMillis(600);

  @Parameter SimulatedServer server;

  @Test
  void aPauseOfSecondsInAReplayIsNoOtherHistory() {
    try (Simulator chirpStack = server.builder().empty().history(History.exactly(100)).start();
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      SmallNetwork network = new SmallNetwork(chirpStack, 2);
      network.uplinks(60);
      source.start();
      source.awaitLogs();
      source.awaitStreams(4);

      long opened = source.openedStreams();
      chirpStack.faults().resetConnections();
      Awaitility.await("streams again").until(() -> source.openedStreams() > opened);
      chirpStack.faults().halfOpen();
      pass(Duration.ofSeconds(5));
      chirpStack.faults().endHalfOpen();
      network.uplinks(1);

      source.assertEachEntryOnceInOrder();
      assertNoGap(source);
    }
  }

  @Test
  void withExactlyOnceSupportNothingIsDoubledOfFiveHundred() {
    try (Simulator chirpStack = full(500);
        ConnectWorker worker = ConnectWorker.on(KafkaBroker.shared()).exactlyOnce().start();
        SourceUnderTest source =
            new SourceUnderTest(worker, chirpStack)
                .readCommitted()
                .with("exactly.once.support", "required")) {
      readHalf(chirpStack, 500, source);
      worker.kill();
      readTheRest(chirpStack, worker, source);
      source.assertEachEntryOnceInOrder();
      assertNoGap(source);
    }
  }

  @Test
  void whatWasNotCommittedAloneIsDoubledOfAHundred() {
    try (Simulator chirpStack = full(100);
        ConnectWorker worker =
            ConnectWorker.on(KafkaBroker.shared())
                .offsetFlushInterval(Duration.ofSeconds(1))
                .start();
        SourceUnderTest source = new SourceUnderTest(worker, chirpStack)) {
      readHalf(chirpStack, 100, source);
      worker.kill();
      Set<Logs.Entry> uncommitted = new HashSet<>(Logs.in(source.records()));
      uncommitted.removeAll(CommittedOffsets.of(worker, source).covered(source.records()));
      readTheRest(chirpStack, worker, source);
      source.awaitEachEntry();
      source.awaitTwoWalks();
      List<Logs.Entry> written = Logs.in(source.records());
      Set<Logs.Entry> once = new HashSet<>();
      List<Logs.Entry> doubled = written.stream().filter(entry -> !once.add(entry)).toList();
      assertThat(uncommitted).as("written since the last commit").containsAll(doubled);
      assertThat(doubled).doesNotHaveDuplicates();
      assertThat(Logs.byDevice(written.stream().distinct().toList()))
          .isEqualTo(Logs.byDevice(Logs.of(chirpStack)));
      assertNoGap(source);
    }
  }

  /** A server whose logs hold so many entries, and have room for those to come. */
  private Simulator full(int entries) {
    Simulator chirpStack =
        server
            .builder()
            .empty()
            .history(History.exactly(entries + 50))
            .pace(Duration.ofMillis(100))
            .start();
    new SmallNetwork(chirpStack, DEVICES).uplinks(entries);
    return chirpStack;
  }

  private static void readHalf(Simulator chirpStack, int entries, SourceUnderTest source) {
    chirpStack.faults().pauseAnswers(entries * BYTES_BETWEEN_PAUSES, PAUSE);
    int all = Logs.of(chirpStack).size();
    source.start();
    source.await("half of the logs", records -> Logs.in(records).size() > all / 2);
  }

  /** The replays that follow a kill, and those that follow a broken link. */
  private static void readTheRest(
      Simulator chirpStack, ConnectWorker worker, SourceUnderTest source) {
    worker.start();
    source.awaitEachEntry();
    chirpStack.faults().resetConnections();
    chirpStack.living().tick(3 * DEVICES);
    source.awaitEachEntry();
  }

  private static void pass(Duration time) {
    Awaitility.await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
  }

  private static void assertNoGap(SourceUnderTest source) {
    assertThat(source.records())
        .allSatisfy(record -> assertThat(record.header("chirpstack.gap")).isNull());
  }
}
