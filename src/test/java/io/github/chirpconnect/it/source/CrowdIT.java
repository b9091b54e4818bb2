package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.redis.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three hundred devices share two dozen streams of a v4 server, and the inventory says for an hour
 * nothing of who was seen: so it is the gateways that tell which device has spoken, or else the
 * visits, which take minutes for all.
 */
@Timeout(300)
class CrowdIT {
  private static final Logger LOG = LoggerFactory.getLogger(CrowdIT.class);
  private static final int DEVICES = 300;
  private static final int STREAMS = 24;
  private static final int GATEWAYS = 2;

  /**
   * Of two streams that follow each other on different connections, the server may hear of the new
   * one before the end of the old one.
   */
  private static final int OVERLAP = 6;

  /** Three places are for visits, each of which takes longer than a second. */
  private static final Duration SWEEP = Duration.ofSeconds(DEVICES / 3);

  private final Random random = new Random(300);

  @Test
  void gatewaysTellWhoseStreamToOpenAndNothingIsLostOrDoubledWhenTheWorkerIsKilled() {
    try (Simulator chirpStack =
            SimulatedServer.V4_GRPC.builder().empty().history(History.exactly(200)).start();
        ConnectWorker worker = ConnectWorker.on(KafkaBroker.shared()).exactlyOnce().start();
        SourceUnderTest source =
            new SourceUnderTest(worker, chirpStack)
                .readCommitted()
                .with("feeds", "device-events")
                .with("exactly.once.support", "required")
                .with("device.streams.max", Integer.toString(STREAMS))
                .with("inventory.interval.ms", "3600000")) {
      SmallNetwork network = new SmallNetwork(chirpStack, DEVICES);
      network.uplinks(1);
      source.start();
      source.awaitEachEntry();
      List<Duration> delays = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        delays.add(delayOfUplink(chirpStack, source, any(network)));
      }
      LOG.info("Uplinks were in Kafka after {}", delays);
      assertThat(chirpStack.observations().streamedGatewayFrames()).hasSize(GATEWAYS);
      delays.sort(null);
      assertThat(delays.get(delays.size() * 3 / 4))
          .as("visits alone would take half of a sweep")
          .isLessThan(SWEEP.dividedBy(4));

      say(chirpStack, network, 40);
      worker.kill();
      say(chirpStack, network, 60);
      worker.start();
      say(chirpStack, network, 40);
      source.awaitEachEntry();
      delayOfUplink(chirpStack, source, any(network));
      worker.kill();
      say(chirpStack, network, 20);
      worker.start();
      source.awaitEachEntry();

      assertThat(Logs.byDevice(Logs.in(source.records())))
          .as("once, in order")
          .isEqualTo(Logs.byDevice(events(chirpStack)));
      assertThat(source.records())
          .allSatisfy(record -> assertThat(record.header("chirpstack.gap")).isNull());
      assertThat(chirpStack.observations().mostOpenStreams())
          .as("open at the server, at most")
          .isLessThanOrEqualTo(STREAMS + GATEWAYS + OVERLAP);
    }
  }

  private static List<Logs.Entry> events(Simulator chirpStack) {
    return Logs.of(chirpStack).stream()
        .filter(entry -> !entry.topic().equals("device.frames"))
        .toList();
  }

  private String any(SmallNetwork network) {
    return network.devEuis().get(random.nextInt(DEVICES));
  }

  private void say(Simulator chirpStack, SmallNetwork network, int uplinks) {
    for (int i = 0; i < uplinks; i++) {
      chirpStack.network().uplink(any(network), 10, LabCodec.payload(i, 40));
    }
  }

  private static Duration delayOfUplink(
      Simulator chirpStack, SourceUnderTest source, String devEui) {
    Set<Logs.Entry> before = new HashSet<>(events(chirpStack));
    chirpStack.network().uplink(devEui, 10, LabCodec.payload(30, 40));
    long since = System.nanoTime();
    Set<Logs.Entry> said = new HashSet<>(events(chirpStack));
    said.removeAll(before);
    assertThat(said).isNotEmpty();
    source.await("the uplink", all -> Logs.in(all).containsAll(said));
    return Duration.ofNanos(System.nanoTime() - since);
  }
}
