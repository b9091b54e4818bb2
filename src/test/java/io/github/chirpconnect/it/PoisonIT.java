package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.TopicRecord;
import io.github.chirpconnect.simulator.Simulator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A command that can't be carried out, in the middle of many that can. */
@Timeout(120)
class PoisonIT {
  private static final int COMMANDS = 1_000;
  private static final int POISON = 500;
  private static final String BAD = "{\"fPort\":0,\"data\":\"AQ==\"}";

  private final Simulator chirpStack = Simulator.builder().start();
  private final List<String> devices = chirpStack.network().devEuis().subList(0, 20);

  @Test
  void itGoesToTheDeadLetterQueueWithItsReasonAndAllOthersAreQueuedInOrder() {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 3)) {
      sink.with("tasks.max", "2").start();
      send(sink);
      sink.awaitCommitted(COMMANDS);

      List<TopicRecord> dead = sink.deadLetters();
      assertThat(dead).extracting(TopicRecord::text).containsExactly(BAD);
      assertThat(dead.get(0).key()).isEqualTo(device(POISON));
      assertThat(dead.get(0).header(SinkUnderTest.REASON))
          .isEqualTo("f_port is 0, which carries MAC commands; write 1-223");
      assertAccepted(sink, COMMANDS);
      assertThat(sink.outcomes(device(POISON))).hasSize(50).containsOnlyOnce("rejected");
      assertThat(sink.outcomes()).hasSize(COMMANDS);
      sink.awaitRunning();
    }
  }

  /**
   * Without tolerance the task fails; the commands before the bad one are done and committed, it
   * and those after it in its partition are not, and the task goes on with it once errors are
   * tolerated.
   */
  @Test
  void withoutToleranceItFailsTheTaskAndNothingIsSkipped() {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      send(sink);
      sink.with("errors.tolerance", "none")
          .without("errors.deadletterqueue.topic.name")
          .without("errors.deadletterqueue.context.headers.enable")
          .configure();

      String reason = sink.awaitFailed();
      assertThat(reason)
          .isEqualTo(
              "the command at %s-0@%d for device %s can't be carried out, and errors.tolerance is none: %s"
                  .formatted(
                      sink.topic(),
                      POISON,
                      device(POISON),
                      "f_port is 0, which carries MAC commands; write 1-223"));
      sink.awaitCommitted(POISON);
      assertAccepted(sink, POISON);

      sink.with("errors.tolerance", "all")
          .with("errors.deadletterqueue.topic.name", sink.deadLetterTopic())
          .configure();
      sink.awaitCommitted(COMMANDS);
      assertThat(sink.deadLetters()).extracting(TopicRecord::text).containsExactly(BAD);
      assertAccepted(sink, COMMANDS);
    }
  }

  /** The server took the good commands below a number once each, those of a device in order. */
  private void assertAccepted(SinkUnderTest sink, int below) {
    for (String device : devices) {
      assertThat(sink.accepted(device)).containsExactlyElementsOf(numbers(device, below));
    }
  }

  private void send(SinkUnderTest sink) {
    for (int i = 0; i < COMMANDS; i++) {
      sink.send(device(i), i == POISON ? BAD : SinkUnderTest.command(i));
    }
  }

  private String device(int number) {
    return devices.get(number % devices.size());
  }

  /** The good commands of a device below a number. */
  private List<Integer> numbers(String device, int below) {
    return IntStream.range(0, below)
        .filter(i -> i != POISON && device(i).equals(device))
        .boxed()
        .toList();
  }
}
