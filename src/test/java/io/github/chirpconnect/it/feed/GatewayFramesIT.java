package io.github.chirpconnect.it.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;

/** What each gateway heard and sent, that of other networks too, once and in order. */
@Timeout(180)
@ServersWithStreams
class GatewayFramesIT {
  private static final String TOPIC = "gateway.frames";

  /** Those of a {@link SmallNetwork}. */
  private static final List<String> GATEWAYS = List.of("00ef76829d300001", "00ef76829d300002");

  @Parameter SimulatedServer server;

  @Test
  void eachFrameOfAGatewayArrivesOnceAcrossARestart() {
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("feeds", "gateways,gateway-frames")
                .with("tasks.max", "1")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 1);
      String gateway = GATEWAYS.get(0);
      network.uplinks(2);
      chirpStack.network().foreignUplink(gateway, "01020304", 7, 12);
      source.start();
      source.await("the frames of before", all -> held(chirpStack).equals(counted(all)));

      network.uplinks(1);
      source.await("a frame while it runs", all -> held(chirpStack).equals(counted(all)));
      Map<String, Long> before = counted(source.records(TOPIC));

      source.restart();
      network.uplinks(1);
      source.await("a frame after the restart", all -> held(chirpStack).equals(counted(all)));

      List<TopicRecord> frames = source.records(TOPIC);
      assertThat(before).isNotEqualTo(counted(frames));
      assertThat(frames)
          .extracting(frame -> frame.key() + " " + frame.headers().get("chirpstack.id"))
          .doesNotHaveDuplicates();
      assertThat(frames)
          .allSatisfy(
              frame -> {
                assertThat(frame.headers()).containsEntry("chirpstack.feed", "gateway-frames");
                assertThat(frame.headers()).doesNotContainKey("chirpstack.gap");
              });
      assertThat(source.records("gateways")).hasSameSizeAs(GATEWAYS);
    }
  }

  /** How many frames of each gateway the server holds: less than it can, so all that there were. */
  private static Map<String, Long> held(Simulator chirpStack) {
    Map<String, Long> held = new TreeMap<>();
    for (String gateway : GATEWAYS) {
      held.put(gateway, (long) chirpStack.network().gatewayFrames(gateway).size());
    }
    held.values().remove(0L);
    return held;
  }

  private static Map<String, Long> counted(List<TopicRecord> records) {
    return records.stream()
        .filter(record -> record.topic().endsWith(TOPIC))
        .collect(Collectors.groupingBy(TopicRecord::key, TreeMap::new, Collectors.counting()));
  }
}
