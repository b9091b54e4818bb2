package io.github.chirpconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/**
 * What a task finds out, with an outcome topic, about a multicast command whose call was in flight
 * when the task before it was killed: its announcement tells the group's frame counter.
 */
class GroupTakeOverTest {
  private static final String GROUP = "f47ac10b-58cc-4372-a567-0e02b2c3d479";

  private final SinkBed bed =
      new SinkBed().with("outcome.topic", "outcomes").with("outcome.bootstrap.servers", "k:9092");

  @Test
  void whatWasTakenAndWaitsIsAcceptedAndNotSentAgain() {
    killedWithCallInFlight(() -> bed.server.queue(bed.server.waiting().get(0).downlink));

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 1);
    assertSecond("accepted", 8L);
  }

  @Test
  void whatNeverArrivedIsSentAgain() {
    killedWithCallInFlight(() -> {});

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 1, 1);
    assertThat(bed.server.queues.get(GROUP)).hasSize(2);
    assertSecond("accepted", 8L);
  }

  @Test
  void whatWasTakenAndHasGoneIsUnknown() {
    killedWithCallInFlight(
        () -> {
          bed.server.queue(bed.server.waiting().get(0).downlink);
          bed.server.empty(GROUP);
        });

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 1);
    assertSecond("unknown", null);
  }

  // --- the first command of a group, of which no outcome tells anything

  @Test
  void aFirstCommandThatWasTakenAndWaitsIsAccepted() {
    killedWithFirstCallInFlight(() -> bed.server.queue(bed.server.waiting().get(0).downlink));

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1);
    assertOnly("accepted", 7L);
  }

  @Test
  void aFirstCommandThatNeverArrivedIsSentAgain() {
    killedWithFirstCallInFlight(() -> {});

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 1);
    assertOnly("accepted", 7L);
  }

  @Test
  void aFirstCommandThatWasTakenAndHasGoneIsUnknown() {
    killedWithFirstCallInFlight(
        () -> {
          bed.server.queue(bed.server.waiting().get(0).downlink);
          bed.server.empty(GROUP);
        });

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1);
    assertOnly("unknown", null);
    assertThat(bed.outcomes.written.get(0).reason()).contains("went from 7 to 8");
  }

  /** An equal item that was there before the call has a lower counter than was announced. */
  @Test
  void aFirstCommandIsNotTakenForAnEqualOneOfBefore() {
    bed.server.groupCounters.put(GROUP, 7L);
    bed.server.answerAtOnce();
    bed.start();
    SinkRecord others = bed.command(GROUP, 1);
    bed.put(others);
    bed.turns(Duration.ofSeconds(1));
    bed.outcomes.all.clear();
    bed.outcomes.written.clear();
    bed.server.atOnce = null;
    SinkRecord command = bed.command(GROUP, 1);
    bed.put(command);
    bed.turn();
    bed.server.answerAtOnce();
    bed.outcomes.archive.whole = false;
    bed.killed(List.of(command));

    assertThat(bed.server.queues.get(GROUP)).hasSize(2);
    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::offset, OutcomeRecord::state, OutcomeRecord::fCntDown)
        .containsExactly(tuple(1L, "accepted", 8L));
  }

  /** The counter before a call is no name of an item. */
  @Test
  void anAnnouncementNamesTheCommandAndNoItem() {
    killedWithFirstCallInFlight(() -> {});

    assertThat(bed.outcomes.all.get(0))
        .extracting(OutcomeRecord::state, OutcomeRecord::fCntDown, OutcomeRecord::downlink)
        .containsExactly("sending", 7L, "commands-0-0");
  }

  private void killedWithFirstCallInFlight(Runnable onServer) {
    bed.server.groupCounters.put(GROUP, 7L);
    bed.start();
    List<SinkRecord> command = List.of(bed.command(GROUP, 1));
    bed.put(command);
    bed.turns(Duration.ofSeconds(1));
    onServer.run();

    bed.server.answerAtOnce();
    bed.killed(command);
  }

  private void assertOnly(String state, Long fCntDown) {
    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::offset, OutcomeRecord::state, OutcomeRecord::fCntDown)
        .containsExactly(tuple(0L, state, fCntDown));
    assertThat(bed.committed()).isEqualTo(1);
  }

  /** Two commands that are alike; the task is killed before the second one's answer comes. */
  private void killedWithCallInFlight(Runnable onServer) {
    bed.server.groupCounters.put(GROUP, 7L);
    bed.server.answerAtOnce();
    bed.start();
    List<SinkRecord> commands = List.of(bed.command(GROUP, 1), bed.command(GROUP, 1));
    bed.put(commands.get(0));
    bed.turns(Duration.ofSeconds(1));
    bed.server.atOnce = null;
    bed.put(commands.get(1));
    bed.turn();
    onServer.run();

    bed.server.answerAtOnce();
    bed.killed(commands);
  }

  private void assertSecond(String state, Long fCntDown) {
    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::offset, OutcomeRecord::state, OutcomeRecord::fCntDown)
        .contains(tuple(0L, "accepted", 7L))
        .endsWith(tuple(1L, state, fCntDown));
    assertThat(bed.committed()).isEqualTo(2);
  }
}
