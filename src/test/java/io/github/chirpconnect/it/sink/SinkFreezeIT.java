package io.github.chirpconnect.it.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.it.SinkUnderTest;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Of two workers one is frozen for longer than its group waits for it, with commands in hand and
 * calls under way; the other one takes them over; then the first one wakes, and goes on where it
 * was. All servers at once: each has a connector of its own, with a task on each worker.
 */
@Timeout(400)
class SinkFreezeIT {
  private static final int COMMANDS = 600;
  private static final int AFTERWARDS = 60;
  private static final int DEVICES = 12;
  private static final int PARTITIONS = 4;

  @Test
  void aWorkerThatWakesSendsNothingThatItsSuccessorHasSent() {
    try (ConnectWorker first = ConnectWorker.on(KafkaBroker.shared()).start();
        ConnectWorker second = ConnectWorker.on(KafkaBroker.shared()).joining(first).start();
        Sides all = new Sides()) {
      List<Side> sides = all.sides;
      sides.forEach(side -> side.start(second));
      for (Side side : sides) {
        side.awaitTaskOn(first);
        side.awaitTaskOn(second);
      }
      for (Side side : sides) {
        side.chirpStack.faults().delayAnswers(Duration.ofMillis(100));
        side.send(0, COMMANDS);
      }
      sides.forEach(side -> side.sink.awaitAccepted(60));
      // What is handed to a connection in the very moment of the freeze goes out when the worker
      // wakes: that is a limit, and not what is tried here. So all calls wait for their answers.
      sides.forEach(side -> side.chirpStack.faults().delayAnswers(Duration.ofSeconds(5)));
      sides.forEach(Side::awaitAllCallsWaiting);
      first.freeze();
      sides.forEach(side -> side.chirpStack.faults().clearCalls());
      sides.forEach(side -> side.sink.awaitCommitted(COMMANDS));
      sides.forEach(side -> side.assertAcceptedOnce(COMMANDS));

      first.thaw();
      sides.forEach(side -> side.sink.awaitPartitions());
      sides.forEach(side -> side.send(COMMANDS, COMMANDS + AFTERWARDS));
      sides.forEach(side -> side.sink.awaitCommitted(COMMANDS + AFTERWARDS));
      sides.forEach(side -> side.assertAcceptedOnce(COMMANDS + AFTERWARDS));
      assertThat(logged(first, "with .* commands in hand"))
          .as("a task that noticed that it stood still")
          .isTrue();
      sides.forEach(Side::assertNoWorseThanInDoubt);
    }
  }

  private static boolean logged(ConnectWorker worker, String pattern) {
    try (Stream<String> lines = Files.lines(worker.log())) {
      return lines.anyMatch(line -> line.matches(".*" + pattern + ".*"));
    } catch (IOException e) {
      throw new AssertionError("the worker's log can't be read", e);
    }
  }

  /** One of each server. */
  private static final class Sides implements AutoCloseable {
    private final List<Side> sides =
        Arrays.stream(SimulatedServer.values()).map(Side::new).toList();

    @Override
    public void close() {
      sides.forEach(Side::close);
    }
  }

  /** A server and its connector. */
  private static final class Side {
    private final SimulatedServer server;
    private final Simulator chirpStack;
    private final List<String> devices;
    private SinkUnderTest sink;

    private Side(SimulatedServer server) {
      this.server = server;
      chirpStack = server.builder().empty().start();
      devices = SmallNetwork.heard(chirpStack, DEVICES).devEuis();
    }

    private void start(ConnectWorker worker) {
      sink = new SinkUnderTest(worker, chirpStack, PARTITIONS);
      // Longer than the freeze: calls that were answered meanwhile are good, so that nothing but
      // the task's own doubt keeps it from sending what it has in hand.
      sink.with("tasks.max", "2")
          .with("chirpstack.request.timeout.ms", "60000")
          .start()
          .awaitPartitions();
    }

    /** Each worker says so in its log. */
    private void awaitTaskOn(ConnectWorker worker) {
      Awaitility.await("a task of " + server + " on each worker")
          .atMost(SinkUnderTest.PATIENCE)
          .until(() -> logged(worker, "Taking commands from \\[" + sink.topic() + "-\\d"));
    }

    private void send(int from, int to) {
      for (int i = from; i < to; i++) {
        sink.send(devices.get(i % DEVICES), i);
      }
    }

    /** No command comes any more: each task has as many calls under way as it may. */
    private void awaitAllCallsWaiting() {
      AtomicInteger last = new AtomicInteger(-1);
      Awaitility.await("calls of " + server + " that wait for answers")
          .pollInterval(Duration.ofMillis(500))
          .atMost(SinkUnderTest.PATIENCE)
          .until(
              () -> {
                int accepted = sink.accepted().size();
                return accepted == last.getAndSet(accepted);
              });
    }

    private void assertAcceptedOnce(int commands) {
      for (int i = 0; i < DEVICES; i++) {
        int device = i;
        assertThat(sink.accepted(devices.get(i)))
            .as("commands of %s on %s", devices.get(i), server)
            .containsExactlyElementsOf(
                IntStream.range(0, commands)
                    .filter(number -> number % DEVICES == device)
                    .boxed()
                    .toList());
      }
    }

    /** What the frozen worker had sent and not committed: its successor can't ask it. */
    private void assertNoWorseThanInDoubt() {
      assertThat(sink.deadLetters())
          .as("dead letters on %s", server)
          .allSatisfy(
              record ->
                  assertThat(record.header(SinkUnderTest.REASON))
                      .startsWith("unknown whether it was queued: "));
    }

    private void close() {
      if (sink != null) {
        sink.close();
      }
      chirpStack.close();
    }
  }
}
