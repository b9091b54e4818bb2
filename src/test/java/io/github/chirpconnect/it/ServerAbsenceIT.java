package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.ConnectWorker;
import io.github.chirpconnect.simulator.History;
import io.github.chirpconnect.simulator.Simulator;
import java.nio.file.Files;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server is away: at the start, for a while, or without a word. */
@Timeout(180)
class ServerAbsenceIT {
  private final Simulator chirpStack =
      Simulator.builder().empty().history(History.exactly(100)).start();
  private final SmallNetwork network = new SmallNetwork(chirpStack, 3);

  @Test
  void startsWithoutTheServerAndFollowsItThroughARestart() {
    chirpStack.stop();
    network.uplinks(2);
    try (chirpStack;
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      source.start();
      assertThat(source.records()).isEmpty();

      chirpStack.start();
      source.awaitLogs();

      chirpStack.stop();
      network.uplinks(3);
      chirpStack.start();
      source.awaitLogs();

      source.assertEachEntryOnceInOrder();
      assertThat(source.records())
          .allSatisfy(record -> assertThat(record.header("chirpstack.gap")).isNull());
      assertThat(source.records("devices"))
          .extracting(record -> record.key())
          .containsExactlyInAnyOrderElementsOf(network.devEuis());
      source.client().awaitRunning(source.name(), 1);
    }
  }

  /** What was sent into the void arrives, although nobody ended the connection. */
  @Test
  void aLinkThatCarriesNothingIsNoticed() {
    try (chirpStack;
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("chirpstack.keepalive.time.ms", "10000")
                .with("chirpstack.keepalive.timeout.ms", "1000")) {
      network.uplinks(1);
      source.start();
      source.awaitLogs();

      chirpStack.faults().halfOpen();
      network.uplinks(2);
      Awaitility.await("a line in the log about each stream's end")
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(Files.readString(ConnectWorker.shared().log()))
                      .containsPattern(
                          "of device "
                              + network.devEuis().get(0).substring(0, 15)
                              + ". ended and will be opened again: .*[Kk]eepalive"));
      chirpStack.faults().endHalfOpen();

      source.awaitLogs();
      source.assertEachEntryOnceInOrder();
    }
  }
}
