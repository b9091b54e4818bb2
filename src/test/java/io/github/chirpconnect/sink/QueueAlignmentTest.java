package io.github.chirpconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.QueuedDownlink;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueueAlignmentTest {

  @Test
  void theEndOfTheQueueSpellsTheCommandsThatWereSent() {
    assertThat(QueueAlignment.of(commands(3, 4, 5), queue(1, 2, 3, 4)))
        .hasValueSatisfying(aligned -> assertComplete(aligned, "i2", "i3"));
  }

  @Test
  void anEqualItemFurtherUpIsAnEarlierCommand() {
    assertThat(QueueAlignment.of(commands(1), queue(1, 2))).isEmpty();
  }

  @Test
  void eachItemStandsForOneCommand() {
    assertThat(QueueAlignment.of(commands(1, 1, 1), queue(1, 1)))
        .hasValueSatisfying(aligned -> assertComplete(aligned, "i0", "i1"));
  }

  @Test
  void commandsBeforeTheWholeQueueMustHaveLeftIt() {
    assertThat(QueueAlignment.of(commands(1, 2, 3), queue(2)))
        .hasValueSatisfying(
            aligned -> {
              assertThat(aligned.complete()).isFalse();
              assertThat(ids(aligned)).containsExactly(null, "i0");
            });
  }

  @Test
  void nothingIsMissingBeforeAFlush() {
    Command flush = new Command.Flush(SinkBed.A, null);

    assertThat(QueueAlignment.of(List.of(command(1), flush, command(2)), queue(2)))
        .hasValueSatisfying(
            aligned -> {
              assertThat(aligned.complete()).isTrue();
              assertThat(ids(aligned)).containsExactly(null, null, "i0");
            });
  }

  @Test
  void anEmptyQueueShowsNothing() {
    assertThat(QueueAlignment.of(commands(1, 2), queue())).isEmpty();
  }

  private static List<Command> commands(int... ports) {
    return IntStream.of(ports).mapToObj(QueueAlignmentTest::command).toList();
  }

  private static Command command(int port) {
    return new Command.Enqueue(
        new Downlink(SinkBed.A, port, false, new byte[] {1}, null, null, null, false), null);
  }

  private static void assertComplete(QueueAlignment aligned, String... ids) {
    assertThat(ids(aligned)).containsExactly(ids);
    assertThat(aligned.complete()).isTrue();
  }

  private static List<String> ids(QueueAlignment aligned) {
    return aligned.items().stream().map(item -> item == null ? null : item.id()).toList();
  }

  private static List<QueuedDownlink> queue(int... ports) {
    return IntStream.range(0, ports.length)
        .mapToObj(
            i -> new QueuedDownlink("i" + i, ports[i], false, new byte[] {1}, false, null, null))
        .toList();
  }
}
