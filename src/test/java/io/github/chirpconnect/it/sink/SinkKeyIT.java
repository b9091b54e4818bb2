package io.github.chirpconnect.it.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.process.Cleanup;
import io.github.chirpconnect.it.SinkUnderTest;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** API keys that can't do what the sink needs, from the start or from some moment on. */
@Execution(CONCURRENT)
@Timeout(120)
@ParameterizedClass
@EnumSource
class SinkKeyIT {
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final List<String> devices;
  private final String key;

  SinkKeyIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().start();
    devices = SmallNetwork.heard(chirpStack, 5).devEuis();
    key = chirpStack.newAdminKey();
  }

  @Test
  void aReadOnlyKeyFailsTheTaskAndTouchesNothing() {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      assumeThat(server.hasReadOnlyKeys()).isTrue();
      sink.with("chirpstack.token", chirpStack.readOnlyKey());
      assertThat(sink.client().validate(sink.config().get("connector.class"), sink.config()))
          .containsOnlyKeys("chirpstack.token");

      sink.with("validate.connection", "false").configure();
      send(sink, 0, 20);

      assertThat(sink.awaitFailed())
          .isEqualTo(
              "the API key may read but not write, so no command can succeed with it; create one"
                  + " that is not read-only");
      assertUntouched(sink, 0);
    }
  }

  @Test
  void aRevokedKeyFailsTheTaskAfterItsGraceAndNothingIsSkipped() throws IOException {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.with("chirpstack.token", key)
          .with("chirpstack.token.grace.ms", Long.toString(GRACE.toMillis()))
          .start();
      send(sink, 0, 20);
      sink.awaitCommitted(20);

      chirpStack.revoke(key);
      Instant revoked = Instant.now();
      send(sink, 20, 40);
      String reason = sink.awaitFailed();
      assertThat(Duration.between(revoked, Instant.now())).isBetween(GRACE, GRACE.plusSeconds(15));
      assertThat(reason)
          .matches("ChirpStack has refused the API key since .*")
          .contains("configure a valid one in chirpstack.token and restart the task")
          .doesNotContain(key);
      assertUntouched(sink, 20);
      assertThat(Files.readString(ConnectWorker.shared().log())).doesNotContain(key);

      sink.with("chirpstack.token", chirpStack.newAdminKey()).configure();
      assertAllAccepted(sink, 40);
    }
  }

  @Test
  void anotherKeyInTheFileHealsTheTask() throws IOException {
    String enqueue = server.enqueueMethod();
    Path file = Cleanup.temporaryDirectory("token").resolve("key");
    Files.writeString(file, key + "\n");
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.without("chirpstack.token")
          .with("chirpstack.token.file", file.toString())
          .with("chirpstack.token.grace.ms", "500")
          .start();
      send(sink, 0, 20);
      sink.awaitCommitted(20);

      chirpStack.revoke(key);
      send(sink, 20, 40);
      // Each pause before another attempt is longer; by the fifth the grace is over.
      sink.awaitCalls(enqueue, chirpStack.observations().calls(enqueue) + 5);
      sink.awaitRunning();
      assertUntouched(sink, 20);

      Files.writeString(file, chirpStack.newAdminKey() + "\n");
      assertAllAccepted(sink, 40);
      sink.awaitRunning();
    }
  }

  private void send(SinkUnderTest sink, int from, int to) {
    for (int i = from; i < to; i++) {
      sink.send(devices.get(i % devices.size()), i);
    }
  }

  /** Beyond the commands before, none is queued, reported, or committed. */
  private void assertUntouched(SinkUnderTest sink, int before) {
    assertThat(sink.accepted()).hasSize(before);
    assertThat(sink.outcomes()).hasSize(before);
    assertThat(sink.deadLetters()).isEmpty();
    assertThat(sink.committedRecords()).isEqualTo(before);
  }

  private void assertAllAccepted(SinkUnderTest sink, int count) {
    sink.awaitCommitted(count);
    for (int i = 0; i < devices.size(); i++) {
      int device = i;
      assertThat(sink.accepted(devices.get(i)))
          .containsExactlyElementsOf(
              IntStream.range(0, count)
                  .filter(number -> number % devices.size() == device)
                  .boxed()
                  .toList());
    }
    assertThat(sink.deadLetters()).isEmpty();
  }
}
