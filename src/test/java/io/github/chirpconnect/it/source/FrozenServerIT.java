package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;

/**
 * A server, or what is before it, that stands still for a while, with more devices than streams:
 * the log of a device that has just spoken is not empty because nothing comes of it.
 */
@Timeout(240)
@ServersWithStreams
class FrozenServerIT {
  private static final int DEVICES = 400;
  private static final int SPEAKING = 60;
  private static final int FREEZES = 3;

  /** Longer than a live server needs to show that a log is empty. */
  private static final Duration FREEZE = Duration.ofSeconds(8);

  @Parameter SimulatedServer server;

  /**
   * Fewer than devices speak; on v4, where each keeps its stream for some seconds, not far fewer.
   */
  private String streams() {
    return server.generation() == Generation.V3 ? "8" : "40";
  }

  @Test
  void eachUplinkArrives() throws InterruptedException {
    try (Simulator chirpStack = server.builder().empty().cpus(2).start();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("feeds", "device-events")
                .with("device.streams.max", streams())) {
      SmallNetwork network = new SmallNetwork(chirpStack, DEVICES);
      source.start();
      source.awaitTwoWalks();
      for (int i = 0; i < FREEZES; i++) {
        List<String> speaking = network.devEuis().subList(i * SPEAKING, (i + 1) * SPEAKING);
        speaking.forEach(
            devEui -> chirpStack.network().uplink(devEui, 10, LabCodec.payload(20, 40)));
        source.awaitDeviceList();
        chirpStack.faults().halfOpen();
        TimeUnit.MILLISECONDS.sleep(FREEZE.toMillis());
        chirpStack.faults().endHalfOpen();
      }
      assertThat(source.awaitEachEntry())
          .allSatisfy(record -> assertThat(record.header("chirpstack.gap")).isNull());
    }
  }
}
