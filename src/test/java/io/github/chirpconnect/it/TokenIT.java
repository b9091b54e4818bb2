package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.Cleanup;
import io.github.chirpconnect.harness.ConnectWorker;
import io.github.chirpconnect.harness.ConnectorFailed;
import io.github.chirpconnect.simulator.History;
import io.github.chirpconnect.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** API keys are revoked while streams are open, which goes unnoticed by these. */
@Timeout(120)
class TokenIT {
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final String PROBE = "DeviceProfileService/ListAdrAlgorithms";

  private final Simulator chirpStack =
      Simulator.builder().empty().history(History.exactly(100)).start();
  private final SmallNetwork network = new SmallNetwork(chirpStack, 2);
  private final String key = chirpStack.newAdminKey();

  /** Nothing but the streams' own question finds out: the inventory is read once a day. */
  @Test
  void aRevokedKeyFailsTheTaskAfterItsGraceInOneSentence() throws IOException {
    try (chirpStack;
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("chirpstack.token", key)
                .with("chirpstack.token.grace.ms", Long.toString(GRACE.toMillis()))
                .with("inventory.interval.ms", "86400000")
                .with("internal.probe.interval.ms", "500")) {
      network.uplinks(1);
      source.start();
      source.awaitLogs();
      source.awaitStreams(4);

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
    Files.writeString(file, key + "\n");
    try (chirpStack;
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .without("chirpstack.token")
                .with("chirpstack.token.file", file.toString())
                .with("chirpstack.token.grace.ms", "500")
                .with("internal.probe.interval.ms", "500")) {
      network.uplinks(1);
      source.start();
      source.awaitLogs();

      chirpStack.revoke(key);
      // Streams that are open go on, so they are made to end.
      chirpStack.stop();
      network.uplinks(1);
      int before = source.records().size();
      chirpStack.start();
      long asked = chirpStack.observations().calls(PROBE);
      Awaitility.await("the key to be refused for longer than its grace")
          .atMost(SourceUnderTest.PATIENCE)
          .until(() -> chirpStack.observations().calls(PROBE) >= asked + 4);
      source.client().awaitRunning(source.name(), 1);
      assertThat(source.records()).hasSize(before);

      Files.writeString(file, chirpStack.newAdminKey() + "\n");
      source.awaitLogs();
      source.assertEachEntryOnceInOrder();
    }
  }
}
