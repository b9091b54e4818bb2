package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.History;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.Parameter;

/** A connector that is paused costs the server nothing. */
@Execution(CONCURRENT)
@Timeout(120)
@ServersWithStreams
class PauseIT {
  /** As few as every server has streams for at once: of v3's frames, two. */
  private static final int DEVICES = 2;

  @Parameter SimulatedServer server;

  @Test
  void aPausedConnectorLetsItsStreamsGoAndLosesNothing() {
    try (Simulator chirpStack = server.builder().empty().history(History.exactly(100)).start();
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      SmallNetwork network = new SmallNetwork(chirpStack, DEVICES);
      network.uplinks(2);
      source.start();
      source.awaitLogs();
      source.awaitStreams(2 * DEVICES);

      source.client().pause(source.name());
      network.uplinks(2);
      source.awaitStreams(0);
      network.uplinks(2);

      source.client().resume(source.name());
      source.awaitStreams(2 * DEVICES);
      source.assertEachEntryOnceInOrder();
      assertThat(source.records())
          .allSatisfy(record -> assertThat(record.header("chirpstack.gap")).isNull());
    }
  }
}
