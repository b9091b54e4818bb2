package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.simulator.History;
import io.github.chirpconnect.simulator.Simulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connector that is paused costs the server nothing. */
@Timeout(120)
class PauseIT {
  @Test
  void aPausedConnectorLetsItsStreamsGoAndLosesNothing() {
    try (Simulator chirpStack = Simulator.builder().empty().history(History.exactly(100)).start();
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      SmallNetwork network = new SmallNetwork(chirpStack, 3);
      network.uplinks(2);
      source.start();
      source.awaitLogs();
      source.awaitStreams(6);

      source.client().pause(source.name());
      network.uplinks(2);
      source.awaitStreams(0);
      network.uplinks(2);

      source.client().resume(source.name());
      source.awaitStreams(6);
      source.assertEachEntryOnceInOrder();
      assertThat(source.records())
          .allSatisfy(record -> assertThat(record.header("chirpstack.gap")).isNull());
    }
  }
}
