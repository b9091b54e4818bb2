package io.github.chirpconnect.sink.doubt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.sink.SinkBed;
import io.github.chirpconnect.sink.command.Command;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueueAlignmentTest {
  /** Of a device that has not been served: what was sent is in the queue. */
  private static final IntPredicate ASLEEP = i -> true;

  private static final IntPredicate SERVED = i -> false;

  @Test
  void anEmptyQueueShowsNothing() {
    assertThat(reach(commands(1, 2), queue(), ASLEEP)).isZero();
    assertThat(reach(commands(1, 2), queue(), SERVED)).isZero();
  }

  @Test
  void whatIsNotThereWasNotSent() {
    assertThat(reach(commands(3, 4, 5), queue(1, 2, 3, 4), ASLEEP)).isEqualTo(2);
    assertThat(reach(commands(3, 4, 5), queue(1, 2, 3, 4), SERVED)).isEqualTo(2);
  }

  @Test
  void foreignItemsStandBeforeBetweenAndBehind() {
    assertThat(reach(commands(3, 4, 5), queue(9, 3, 4), ASLEEP)).isEqualTo(2);
    assertThat(reach(commands(3, 4, 5), queue(3, 9, 4), ASLEEP)).isEqualTo(2);
    assertThat(reach(commands(3, 4, 5), queue(3, 4, 9), ASLEEP)).isEqualTo(2);
    assertThat(reach(commands(3, 4, 5), queue(9, 3, 9, 9, 4, 9), ASLEEP)).isEqualTo(2);
  }

  @Test
  void anEqualItemFurtherUpMayBeTheCommandWithForeignOnesBehindIt() {
    assertThat(reach(commands(1), queue(1, 2), ASLEEP)).isEqualTo(1);
  }

  @Test
  void theOrderOfTheCommandsIsTheOrderOfTheirItems() {
    assertThat(reach(commands(1, 2), queue(2, 1), ASLEEP)).isEqualTo(1);
    assertThat(reach(commands(1, 2, 3), queue(3, 1, 2), ASLEEP)).isEqualTo(2);
  }

  @Test
  void eachItemStandsForOneCommandWhereNoneCanHaveLeft() {
    assertThat(reach(commands(1, 1, 1), queue(1, 1), ASLEEP)).isEqualTo(2);
    assertThat(reach(commands(1, 1, 1), queue(1, 1), SERVED)).isEqualTo(3);
  }

  @Test
  void commandsBeforeTheLastOneMayHaveLeft() {
    assertThat(reach(commands(1, 2, 3), queue(2), SERVED)).isEqualTo(2);
    assertThat(reach(commands(1, 2, 3), queue(2), ASLEEP)).isZero();
    // The first one was written before the device was heard, the second one after.
    assertThat(reach(commands(1, 2, 3), queue(2), i -> i > 0)).isEqualTo(2);
    assertThat(reach(commands(1, 2, 3), queue(3), i -> i > 0)).isZero();
  }

  @Test
  void nothingIsMissingBeforeAFlush() {
    Command flush = new Command.Flush(Target.device(SinkBed.A), null);
    Command flushing =
        new Command.Enqueue(
            new Downlink(
                Target.device(SinkBed.A), 2, false, new byte[] {1}, null, null, null, true),
            null);

    assertThat(reach(List.of(command(1), flush, command(2)), queue(2), ASLEEP)).isEqualTo(3);
    assertThat(reach(List.of(command(1), flushing), queue(2), ASLEEP)).isEqualTo(2);
    assertThat(reach(List.of(command(1), flushing, command(3)), queue(2, 3), ASLEEP)).isEqualTo(3);
    assertThat(reach(List.of(command(1), flushing, command(3)), queue(3), ASLEEP)).isZero();
  }

  @Test
  void aFlushAloneIsNotInTheQueue() {
    assertThat(reach(List.of(new Command.Flush(Target.device(SinkBed.A), null)), queue(1), ASLEEP))
        .isZero();
  }

  private static int reach(List<Command> commands, List<QueuedDownlink> queue, IntPredicate stays) {
    return QueueAlignment.reach(
        commands, queue, i -> stays.test(i) && commands.get(i) instanceof Command.Enqueue);
  }

  private static List<Command> commands(int... ports) {
    return IntStream.of(ports).mapToObj(QueueAlignmentTest::command).toList();
  }

  private static Command command(int port) {
    return new Command.Enqueue(
        new Downlink(
            Target.device(SinkBed.A), port, false, new byte[] {1}, null, null, null, false),
        null);
  }

  private static List<QueuedDownlink> queue(int... ports) {
    return IntStream.range(0, ports.length)
        .mapToObj(
            i -> new QueuedDownlink("i" + i, ports[i], false, new byte[] {1}, false, null, null))
        .toList();
  }
}
