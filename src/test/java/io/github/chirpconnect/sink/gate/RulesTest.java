package io.github.chirpconnect.sink.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.config.DailyWindow;
import io.github.chirpconnect.sink.command.Command;
import io.github.chirpconnect.sink.gate.Gate.Answer;
import io.github.chirpconnect.sink.gate.Gate.Closed;
import io.github.chirpconnect.sink.gate.Gate.Inquiry;
import io.github.chirpconnect.sink.gate.Gate.Open;
import io.github.chirpconnect.sink.gate.Gate.Refused;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import io.github.chirpconnect.testing.ManualTime;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** Each rule by itself: when it is open, when it opens, why it is closed. */
class RulesTest {
  private static final Target A = Target.device("000000000000000a");
  private static final Target B = Target.device("000000000000000b");
  private static final QueuedDownlink ITEM =
      new QueuedDownlink("i", 1, false, new byte[1], false, null, null);

  private final ManualTime time = new ManualTime();

  // --- the connector's rate

  @Test
  void aRateLimitLetsPassWhatComesInWithinASecondAndNotMore() {
    Gate gate = new RateLimit(4, () -> 1, time.clocks());
    pass(Duration.ofMinutes(1));
    assertThat(passing(gate, 10)).isEqualTo(4);
    assertThat(closed(gate).millis()).isEqualTo(250);
    assertThat(closed(gate).why()).isEqualTo("the connector may send 4.0 commands per second");

    pass(Duration.ofMillis(249));
    assertThat(passing(gate, 10)).isZero();
    pass(Duration.ofMillis(1));
    assertThat(passing(gate, 10)).isEqualTo(1);
  }

  @Test
  void aRateLimitIsDividedAmongTasksAndMayBeLessThanOne() {
    Gate gate = new RateLimit(1, () -> 10, time.clocks());
    assertThat(passing(gate, 5)).isEqualTo(1);
    assertThat(closed(gate).millis()).isEqualTo(10_000);
    assertThat(closed(gate).why())
        .isEqualTo(
            "the connector may send 1.0 commands per second, and this task one of 10 equal shares");
    int sent = 0;
    for (int i = 0; i < 1_000; i++) {
      pass(Duration.ofMillis(100));
      sent += passing(gate, 5);
    }
    assertThat(sent).isEqualTo(10);
  }

  @Test
  void aRateLimitStartsWithoutABurst() {
    assertThat(passing(new RateLimit(100, () -> 1, time.clocks()), 200)).isEqualTo(1);
  }

  @Test
  void aStandstillFillsTheBucketAndNoMore() {
    Gate gate = new RateLimit(5, () -> 1, time.clocks());
    passing(gate, 5);
    pass(Duration.ofDays(1));
    assertThat(passing(gate, 1_000)).isEqualTo(5);
  }

  // --- a device's rate

  @Test
  void aDeviceIsGivenNoMoreWithinAnyMinute() {
    Gate gate = new DeviceRateLimit(3, time.clocks());
    assertThat(passing(gate, 2)).isEqualTo(2);
    pass(Duration.ofSeconds(40));
    assertThat(passing(gate, 5)).isEqualTo(1);
    assertThat(closed(gate).millis()).isEqualTo(20_000);
    assertThat(closed(gate).why())
        .isEqualTo("device 000000000000000a was given 3 commands within a minute");
    assertThat(gate.ask(enqueue(B))).isInstanceOf(Open.class);

    pass(Duration.ofSeconds(20));
    assertThat(passing(gate, 5)).isEqualTo(2);
    assertThat(closed(gate).millis()).isEqualTo(40_000);
  }

  @Test
  void ofAHundredThousandDevicesNothingIsKeptForLongerThanAMinute() {
    DeviceRateLimit gate = new DeviceRateLimit(1, time.clocks());
    for (int i = 0; i < 100_000; i++) {
      gate.carriedOut(enqueue(Target.device("device " + i)));
    }
    assertThat(gate.size()).isEqualTo(100_000);
    assertThat(gate.ask(enqueue(Target.device("device 7")))).isInstanceOf(Closed.class);

    pass(Duration.ofMinutes(1));
    assertThat(gate.ask(enqueue(A))).isInstanceOf(Open.class);
    assertThat(gate.size()).isZero();
  }

  // --- a queue

  @Test
  void aQueueIsReadOnceAndThenCounted() {
    Gate gate = new QueueLimit(4, false, time.clocks());
    look(gate, A, 1);
    assertThat(passing(gate, 10)).isEqualTo(3);
    assertThat(gate.ask(enqueue(A))).as("may be full").isInstanceOf(Inquiry.class);

    look(gate, A, 2); // two have gone
    assertThat(passing(gate, 10)).isEqualTo(2);
    assertThat(gate.ask(enqueue(B))).as("another device").isInstanceOf(Inquiry.class);
  }

  @Test
  void whatOthersQueueIsNoticedWithinAMinute() {
    Gate gate = new QueueLimit(4, false, time.clocks());
    look(gate, A, 0);
    pass(Duration.ofSeconds(59));
    assertThat(gate.ask(enqueue(A))).isInstanceOf(Open.class);
    pass(Duration.ofSeconds(1));
    look(gate, A, 9);
    assertThat(closed(gate).why())
        .isEqualTo("the queue of device 000000000000000a holds 9 downlinks, and may hold 4");
  }

  @Test
  void aFullQueueIsReadAgainWithGrowingPauses() {
    Gate gate = new QueueLimit(1, false, time.clocks());
    look(gate, A, 1);
    for (long pause : List.of(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L)) {
      assertThat(closed(gate).millis()).isEqualTo(pause * 1_000);
      pass(Duration.ofSeconds(pause).minusMillis(1));
      assertThat(closed(gate).millis()).isEqualTo(1);
      pass(Duration.ofMillis(1));
      look(gate, A, 1);
    }
    pass(Duration.ofMinutes(1));
    look(gate, A, 0);
    assertThat(passing(gate, 2)).isEqualTo(1);
    look(gate, A, 1);
    assertThat(closed(gate).millis()).as("starts again").isEqualTo(1_000);
  }

  @Test
  void aFullQueueOfAGroupNamesTheGatewaysThatMayKeepItFull() {
    Gate gate = new QueueLimit(2, true, time.clocks());
    Target group = Target.group("f47ac10b-58cc-4372-a567-0e02b2c3d479");
    look(gate, group, 2);
    assertThat(gate.ask(enqueue(group)))
        .isEqualTo(
            new Refused(
                "the queue of multicast group f47ac10b-58cc-4372-a567-0e02b2c3d479 holds 2 downlinks, and may hold 2"
                    + " (device.queue.max); send the command again when it has room; each of them stays until all"
                    + " gateways of the group have sent it, so one that is offline may keep the queue full"));
  }

  @Test
  void aFullQueueRefusesWithoutReadingItForEachCommand() {
    Gate gate = new QueueLimit(2, true, time.clocks());
    look(gate, A, 2);
    Answer answer = gate.ask(enqueue(A));
    assertThat(answer)
        .isEqualTo(
            new Refused(
                "the queue of device 000000000000000a holds 2 downlinks, and may hold 2"
                    + " (device.queue.max); send the command again when it has room"));
    pass(Duration.ofMillis(999));
    assertThat(gate.ask(enqueue(A))).isInstanceOf(Refused.class);
    pass(Duration.ofMillis(1));
    look(gate, A, 1);
    assertThat(passing(gate, 5)).isEqualTo(1);
  }

  @Test
  void whatEmptiesAQueueIsForNoQueueTooMuch() {
    Gate gate = new QueueLimit(1, true, time.clocks());
    look(gate, A, 1);
    PendingCommand flush = pending(new Command.Flush(A, null));
    assertThat(gate.ask(flush)).isInstanceOf(Open.class);
    gate.carriedOut(flush);
    assertThat(gate.ask(enqueue(A))).as("no longer known").isInstanceOf(Inquiry.class);
  }

  // --- a window

  @Test
  void aWindowTellsWhenItOpens() {
    Gate gate = new CommandWindow(DailyWindow.parse("06:00-22:00 Europe/Berlin"), time.clocks());
    assertThat(gate.ask(enqueue(A))).as("at ten in the morning").isInstanceOf(Open.class);
    time.wallClock.advance(Duration.ofHours(19).plusMinutes(30));
    assertThat(closed(gate).millis()).isEqualTo(Duration.ofMinutes(30).toMillis() + 1);
    assertThat(closed(gate).why())
        .isEqualTo(
            "it is outside of 06:00-22:00 Europe/Berlin, which opens at 2026-07-24T04:00:00Z");
    pass(Duration.ofMinutes(30));
    assertThat(gate.ask(enqueue(A))).isInstanceOf(Open.class);
  }

  private Closed closed(Gate gate) {
    Answer answer = gate.ask(enqueue(A));
    assertThat(answer).isInstanceOf(Closed.class);
    return (Closed) answer;
  }

  /** How many of so many commands pass now. */
  private static int passing(Gate gate, int commands) {
    int passed = 0;
    for (int i = 0; i < commands; i++) {
      PendingCommand pending = enqueue(A);
      if (gate.ask(pending) instanceof Open) {
        gate.called(pending);
        gate.carriedOut(pending);
        passed++;
      }
    }
    return passed;
  }

  /** The gate asks for the queue, which holds so many. */
  @SuppressWarnings("unchecked")
  private static void look(Gate gate, Target target, int items) {
    Answer answer = gate.ask(enqueue(target));
    assertThat(answer).isInstanceOf(Inquiry.class);
    ((Inquiry<List<QueuedDownlink>>) answer).taken().accept(Collections.nCopies(items, ITEM));
  }

  private void pass(Duration duration) {
    time.advance(duration);
  }

  private static PendingCommand enqueue(Target target) {
    return pending(
        new Command.Enqueue(
            new Downlink(target, 1, false, new byte[] {1}, null, null, null, false), null));
  }

  private static PendingCommand pending(Command command) {
    SinkRecord record = new SinkRecord("commands", 0, null, null, null, "{}", 0);
    return new PendingCommand(record, null, command, () -> 0);
  }
}
