package io.github.chirpconnect.it.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SinkUnderTest;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A command that can't be carried out, in the middle of many that can. */
@Execution(CONCURRENT)
@Timeout(120)
@ParameterizedClass
@EnumSource
class PoisonIT {
  private static final int COMMANDS = 1_000;
  private static final int POISON = 500;
  private static final String BAD = "{\"fPort\":0,\"data\":\"AQ==\"}";
  private static final int UNENCODABLE = 505;
  private static final String OBJECT = "{\"fPort\":10,\"object\":{\"level\":\"high\"}}";

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final List<String> devices;

  PoisonIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().start();
    devices = SmallNetwork.heard(chirpStack, 20).devEuis();
  }

  /** One that the sink refuses, and one that the server's codec does. */
  @Test
  void itGoesToTheDeadLetterQueueWithItsReasonAndAllOthersAreQueuedInOrder() {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 3)) {
      sink.with("tasks.max", "2").start().awaitPartitions();
      send(sink, Map.of(POISON, BAD, UNENCODABLE, OBJECT));
      sink.awaitCommitted(COMMANDS);

      Map<String, TopicRecord> dead =
          sink.deadLetters().stream()
              .collect(Collectors.toMap(TopicRecord::text, Function.identity()));
      assertThat(dead).containsOnlyKeys(BAD, OBJECT);
      assertThat(dead.get(BAD).key()).isEqualTo(device(POISON));
      assertThat(dead.get(BAD).header(SinkUnderTest.REASON))
          .isEqualTo("f_port is 0, which carries MAC commands; write 1-223");
      assertThat(dead.get(OBJECT).key()).isEqualTo(device(UNENCODABLE));
      assertThat(dead.get(OBJECT).header(SinkUnderTest.REASON))
          .contains("codec could not encode the object", "level is no number");
      assertAccepted(sink, COMMANDS, Set.of(POISON, UNENCODABLE));
      assertThat(sink.outcomes(device(POISON))).hasSize(50).containsOnlyOnce("rejected");
      assertThat(sink.outcomes(device(UNENCODABLE))).hasSize(50).containsOnlyOnce("rejected");
      assertThat(sink.outcomes()).hasSize(COMMANDS);
      sink.awaitRunning();
    }
  }

  /**
   * The server is well and takes all others' commands, but fails at those of one device as if it
   * were away: that must neither fail the task nor stop the others.
   */
  @Test
  void whatTheServerFailsAtForEverIsReportedAsUnknownAndTheOthersFlow() {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.with("retry.timeout.ms", "5000").with("chirpstack.request.timeout.ms", "2000").start();
      chirpStack.faults().refuseDownlinks(device(0), Status.UNAVAILABLE);
      for (int i = 0; i < 2 * devices.size(); i++) {
        sink.send(device(i), i);
      }
      sink.awaitCommitted(2L * devices.size());

      assertThat(sink.accepted(device(0))).isEmpty();
      assertThat(sink.outcomes(device(0))).containsExactly("unknown", "unknown");
      assertThat(sink.deadLetters())
          .extracting(TopicRecord::key)
          .containsExactly(device(0), device(0));
      String why = sink.deadLetters().get(0).header(SinkUnderTest.REASON);
      assertThat(why).startsWith("unknown whether it was queued: ");
      if (server.tellsWhatWasNotQueued()) {
        assertThat(why)
            .containsPattern(
                "could not be sent for \\d+ s \\(retry.timeout.ms\\) while the server works: ");
      }
      for (int i = 1; i < devices.size(); i++) {
        assertThat(sink.accepted(device(i))).containsExactly(i, devices.size() + i);
      }
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
      send(sink, Map.of(POISON, BAD));
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
      assertAccepted(sink, POISON, Set.of());

      sink.with("errors.tolerance", "all")
          .with("errors.deadletterqueue.topic.name", sink.deadLetterTopic())
          .configure();
      sink.awaitCommitted(COMMANDS);
      assertThat(sink.deadLetters()).extracting(TopicRecord::text).containsExactly(BAD);
      assertAccepted(sink, COMMANDS, Set.of(POISON));
    }
  }

  /** The server took the good commands below a number once each, those of a device in order. */
  private void assertAccepted(SinkUnderTest sink, int below, Set<Integer> bad) {
    for (String device : devices) {
      assertThat(sink.accepted(device))
          .containsExactlyElementsOf(
              IntStream.range(0, below)
                  .filter(i -> !bad.contains(i) && device(i).equals(device))
                  .boxed()
                  .toList());
    }
  }

  private void send(SinkUnderTest sink, Map<Integer, String> bad) {
    for (int i = 0; i < COMMANDS; i++) {
      sink.send(device(i), bad.getOrDefault(i, SinkUnderTest.command(i)));
    }
  }

  private String device(int number) {
    return devices.get(number % devices.size());
  }
}
