package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.connect.ConnectorFailed;
import io.github.chirpconnect.harness.process.Cleanup;
import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.Parameter;

/** API keys are revoked while streams are open, which goes unnoticed by these. */
@Execution(CONCURRENT)
@Timeout(120)
@ServersWithStreams
class TokenIT {
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** As few as every server has streams for at once. */
  private static final int DEVICES = 2;

  @Parameter SimulatedServer server;

  /** Nothing but the streams' own question finds out: the inventory is read once a day. */
  @Test
  void aRevokedKeyFailsTheTaskAfterItsGraceInOneSentence() throws IOException {
    try (Simulator chirpStack = empty();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("chirpstack.token.grace.ms", Long.toString(GRACE.toMillis()))
                .with("inventory.interval.ms", "86400000")
                .with("internal.probe.interval.ms", "500")) {
      String key = chirpStack.newAdminKey();
      new SmallNetwork(chirpStack, DEVICES).uplinks(1);
      source.with("chirpstack.token", key).start();
      source.awaitLogs();
      source.awaitStreams(2 * DEVICES);

      Instant revoked = Instant.now();
      chirpStack.revoke(key);
      String reason = ConnectorFailed.reasonIn(source.client().awaitFailed(source.name()));
      assertThat(Duration.between(revoked, Instant.now())).isBetween(GRACE, GRACE.plusSeconds(15));
      assertThat(reason)
          .startsWith("ChirpStack has refused the API key since ")
          .contains("configure a valid one in chirpstack.token and restart the task")
          .doesNotContain(key);
      source.awaitStreams(0);
      assertThat(Files.readString(ConnectWorker.shared().log())).doesNotContain(key);
    }
  }

  @Test
  void anotherKeyInTheFileHealsTheTask() throws IOException {
    Path file = Cleanup.temporaryDirectory("token").resolve("key");
    try (Simulator chirpStack = empty();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .without("chirpstack.token")
                .with("chirpstack.token.file", file.toString())
                .with("chirpstack.token.grace.ms", "500")
                .with("internal.probe.interval.ms", "500")) {
      SmallNetwork network = new SmallNetwork(chirpStack, DEVICES);
      network.uplinks(1);
      String key = chirpStack.newAdminKey();
      Files.writeString(file, key + "\n");
      source.start();
      source.awaitLogs();

      chirpStack.revoke(key);
      // Streams that are open go on, so they are made to end.
      chirpStack.stop();
      network.uplinks(1);
      int before = source.records().size();
      chirpStack.start();
      long asked = source.probes();
      Awaitility.await("the key to be refused for longer than its grace")
          .atMost(SourceUnderTest.PATIENCE)
          .until(() -> source.probes() >= asked + 4);
      source.client().awaitRunning(source.name(), 1);
      assertThat(source.records()).hasSize(before);

      Files.writeString(file, chirpStack.newAdminKey() + "\n");
      source.awaitLogs();
      source.assertEachEntryOnceInOrder();
    }
  }

  private Simulator empty() {
    return server.builder().empty().history(History.exactly(100)).start();
  }
}
