package io.github.chirpconnect.it.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SinkUnderTest;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The server is away: at first, in the middle of commands, for too long. */
@Execution(CONCURRENT)
@Timeout(120)
@ParameterizedClass
@EnumSource
class SinkOutageIT {
  private static final int COMMANDS = 200;

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final List<String> devices;

  SinkOutageIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().start();
    devices = SmallNetwork.heard(chirpStack, 10).devEuis();
  }

  /** A task that failed stays so: one that runs at the end has run throughout. */
  @Test
  void commandsWaitForTheServerAndReachItInOrder() {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 2)) {
      chirpStack.stop();
      sink.start();
      send(sink);
      sink.awaitRunning();
      assertThat(sink.accepted()).isEmpty();

      // Slow enough for calls to be cut off when it goes.
      chirpStack.faults().delayAnswers(Duration.ofMillis(200));
      chirpStack.start();
      sink.awaitAccepted(COMMANDS / 4);
      chirpStack.stop();
      assertThat(sink.accepted()).hasSizeLessThan(COMMANDS);
      sink.awaitRunning();
      chirpStack.start();
      sink.awaitAccepted(COMMANDS / 2);
      chirpStack.faults().refuseConnections();
      chirpStack.faults().resetConnections();
      assertThat(sink.accepted()).hasSizeLessThan(COMMANDS);
      chirpStack.faults().clearCalls();
      chirpStack.faults().acceptConnections();

      assertAllAcceptedOnce(sink);
      sink.awaitRunning();
    }
  }

  @Test
  void aServerThatStaysAwayFailsTheTaskAndNothingIsSkipped() {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 2)) {
      sink.with("retry.timeout.ms", "2000").with("chirpstack.request.timeout.ms", "1000").start();
      chirpStack.stop();
      send(sink);

      assertThat(sink.awaitFailed())
          .containsPattern("for [2-9] s \\(retry.timeout.ms\\); no command was skipped, restart ");
      assertThat(sink.accepted()).isEmpty();
      assertThat(sink.committedRecords()).isZero();
      assertThat(sink.deadLetters()).isEmpty();
      assertThat(sink.outcomes()).isEmpty();

      chirpStack.start();
      sink.client().restart(sink.name());
      assertAllAcceptedOnce(sink);
    }
  }

  @Test
  void commandsWaitWhileAProxyShowsPages() {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 2)) {
      sink.with("chirpstack.token.grace.ms", "0").start();
      sink.send(devices.get(0), COMMANDS);
      sink.awaitAccepted(1);

      chirpStack.faults().showPages(404, "text/plain", "404 page not found");
      send(sink);
      awaitPages(3);
      assertThat(sink.accepted()).hasSize(1);
      chirpStack.faults().showPages(400, "text/html", "<title>400 Bad Request</title>");
      awaitPages(2);
      chirpStack.faults().showPages(403, "text/html", "<title>403 Forbidden</title>");
      awaitPages(2);
      chirpStack.faults().endPages();

      sink.awaitCommitted(COMMANDS + 1);
      assertThat(sink.accepted()).hasSize(COMMANDS + 1);
      assertThat(sink.deadLetters()).isEmpty();
      sink.awaitRunning();
    }
  }

  private void awaitPages(int more) {
    long before = chirpStack.faults().pagesShown();
    Awaitility.await("pages to be shown")
        .atMost(SinkUnderTest.PATIENCE)
        .until(() -> chirpStack.faults().pagesShown() >= before + more);
  }

  private void send(SinkUnderTest sink) {
    for (int i = 0; i < COMMANDS; i++) {
      sink.send(devices.get(i % devices.size()), i);
    }
  }

  /**
   * But for those that were cut off before the server saw them, where it can't be told: these are
   * reported.
   */
  private void assertAllAcceptedOnce(SinkUnderTest sink) {
    sink.awaitCommitted(COMMANDS);
    List<String> reported = sink.deadLetters().stream().map(TopicRecord::text).toList();
    if (server.tellsWhatWasNotQueued()) {
      assertThat(reported).isEmpty();
    }
    assertThat(reported).hasSizeLessThan(COMMANDS / 10);
    assertThat(sink.deadLetters())
        .allSatisfy(
            record ->
                assertThat(record.header(SinkUnderTest.REASON))
                    .startsWith("unknown whether it was queued"));
    for (int i = 0; i < devices.size(); i++) {
      int device = i;
      assertThat(sink.accepted(devices.get(i)))
          .containsExactlyElementsOf(
              IntStream.range(0, COMMANDS)
                  .filter(number -> number % devices.size() == device)
                  .filter(number -> !reported.contains(SinkUnderTest.command(number)))
                  .boxed()
                  .toList());
    }
    assertThat(sink.outcomes()).hasSize(COMMANDS);
  }
}
