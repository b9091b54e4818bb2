package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.Observations;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A v3 server of two CPUs has twenty Redis connections for events and twenty for frames. The source
 * reads all of a network with a few of them.
 */
@Timeout(1_200)
class GentleIT {
  private static final int DEVICES = 500;

  /** Every tenth device sends. */
  private static final int SENDING_EVERY = 10;

  /** More than the server keeps of each device. */
  private static final int UPLINKS = 12;

  /**
   * Devices send once a minute, and the inventory is read as often, as it is by default. A minute
   * is shortened, but not what the source and the server need for a device: two streams read the
   * frames of 80 devices in 60 s, so that each of the 50 gets its turn just before its log is full.
   */
  private static final Duration MINUTE =
      Duration.ofSeconds(Integer.getInteger("it.minute.seconds", 7));

  @Test
  void fewStreamsReadAllThatALargeNetworkSays() throws InterruptedException {
    try (Simulator chirpStack = v3();
        SourceUnderTest source = source(chirpStack, "device-events,device-frames", 3)) {
      SmallNetwork network = new SmallNetwork(chirpStack, DEVICES);
      List<String> sending =
          network.devEuis().stream()
              .filter(devEui -> network.devEuis().indexOf(devEui) % SENDING_EVERY == 0)
              .toList();
      source.start();
      Set<Logs.Entry> said = new HashSet<>();
      for (int i = 0; i < UPLINKS; i++) {
        for (String devEui : sending) {
          chirpStack.network().uplink(devEui, 10, LabCodec.payload(20 + i, 40));
          said.addAll(events(chirpStack, devEui));
        }
        // The devices' own pace: what is tested is whether the source keeps up with it.
        TimeUnit.MILLISECONDS.sleep(MINUTE.toMillis());
      }
      assertThat(said).hasSize(sending.size() * (UPLINKS + 1));

      // An uplink is one frame, a join two; ids of frames are the connector's own.
      int frames = sending.size() * (UPLINKS + 2);
      List<TopicRecord> records =
          source.await(
              "all that the devices said",
              all -> Logs.in(all).containsAll(said) && of(all, "device.frames").size() >= frames);
      assertThat(Logs.in(records).stream().filter(entry -> !entry.topic().equals("device.frames")))
          .containsExactlyInAnyOrderElementsOf(said);
      assertThat(of(records, "device.frames")).hasSize(frames);
      assertThat(records)
          .allSatisfy(record -> assertThat(record.header("chirpstack.gap")).isNull());

      Observations seen = chirpStack.observations();
      assertThat(seen.eventPool().most()).isBetween(1, 4);
      assertThat(seen.framePool().most()).isBetween(1, 2);
      assertThat(seen.lostEvents()).isZero();
      assertThat(seen.lostUplinks()).isZero();
    }
  }

  @Test
  void whereOthersHoldNearlyAllConnectionsItTakesFewerThanAreLeft() {
    try (Simulator chirpStack = v3();
        SourceUnderTest source = source(chirpStack, "device-events", 1)) {
      SmallNetwork network = new SmallNetwork(chirpStack, 30);
      try (ChirpStack others = client(chirpStack)) {
        for (int i = 0; i < 18; i++) {
          others.open(LogKind.EVENTS, network.devEuis().get(i), new Ignore()).request(1_000);
        }
        awaitHeld(chirpStack, 18);
        source.start();
        awaitHeld(chirpStack, 20);
        Awaitility.await("room for the server's own work")
            .atMost(SourceUnderTest.PATIENCE)
            .during(Duration.ofSeconds(8))
            .until(() -> chirpStack.observations().eventPool().inUse() <= 19);

        long lost = chirpStack.observations().lostEvents();
        network.uplinks(1);
        source.await(
            "an uplink of each device",
            all ->
                of(all, "device.up").stream()
                    .map(TopicRecord::key)
                    .collect(Collectors.toSet())
                    .containsAll(network.devEuis()));
        assertThat(chirpStack.observations().lostEvents()).isEqualTo(lost);
      }
    }
  }

  /** The inventory tells that devices have spoken, and their logs do not show it. */
  @Test
  void whatTheServerHadNoRoomToWriteIsTold() throws IOException {
    try (Simulator chirpStack = v3();
        SourceUnderTest source =
            source(chirpStack, "device-events", 1).with("inventory.interval.ms", "2000")) {
      SmallNetwork network = SmallNetwork.heard(chirpStack, 10);
      source.start();
      source.awaitLogs();
      try (ChirpStack others = client(chirpStack)) {
        for (int i = 0; i < 30; i++) {
          others.open(LogKind.EVENTS, network.devEuis().get(i % 10), new Ignore()).request(1_000);
        }
        awaitHeld(chirpStack, 20);
        network.uplinks(1);
        Awaitility.await("events that are lost")
            .atMost(SourceUnderTest.PATIENCE)
            .until(
                () -> chirpStack.observations().lostEvents(),
                lost -> lost > 0 && lost == silenced(chirpStack).size());
      }
      List<String> silenced = silenced(chirpStack);
      String line =
          "\\[" + source.name() + "\\|task-0\\] ChirpStack has seen device .* but wrote no uplink";
      Awaitility.await("a warning")
          .atMost(SourceUnderTest.PATIENCE)
          .until(
              () ->
                  Pattern.compile(line)
                      .matcher(Files.readString(ConnectWorker.shared().log()))
                      .find());
      Awaitility.await("all that is missing")
          .atMost(SourceUnderTest.PATIENCE)
          .until(
              () -> ConnectWorker.shared().figures(source.name(), 0).get("not-logged-total"),
              told -> told.equals((long) silenced.size()));
      network.uplinks(1);
      List<TopicRecord> records = source.awaitEachEntry();
      assertThat(records)
          .filteredOn(record -> "not-logged".equals(record.header("chirpstack.gap")))
          .extracting(TopicRecord::key)
          .containsExactlyInAnyOrderElementsOf(silenced);
    }
  }

  /** Devices that have spoken since their join and first uplink, as their logs do not show. */
  private static List<String> silenced(Simulator chirpStack) {
    return chirpStack.network().devEuis().stream()
        .filter(devEui -> chirpStack.network().events(devEui).size() == 2)
        .toList();
  }

  private static Simulator v3() {
    return Simulator.builder().generation(Generation.V3).cpus(2).empty().start();
  }

  private static SourceUnderTest source(Simulator chirpStack, String feeds, int tasks) {
    return new SourceUnderTest(chirpStack)
        .with("feeds", feeds)
        .with("inventory.interval.ms", Long.toString(MINUTE.toMillis()))
        .with("tasks.max", Integer.toString(tasks));
  }

  private static ChirpStack client(Simulator chirpStack) {
    return ChirpStacks.connect(
        new SourceConfig(
                Map.of(
                    "chirpstack.url",
                    "grpc://" + chirpStack.url(),
                    "chirpstack.token",
                    chirpStack.adminKey(),
                    "chirpstack.api.version",
                    "v3"))
            .connection());
  }

  private static void awaitHeld(Simulator chirpStack, int connections) {
    Awaitility.await(connections + " connections held")
        .atMost(SourceUnderTest.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> chirpStack.observations().eventPool().inUse(), held -> held == connections);
  }

  private static List<Logs.Entry> events(Simulator chirpStack, String devEui) {
    return Logs.of(chirpStack, devEui).stream()
        .filter(entry -> !entry.topic().equals("device.frames"))
        .toList();
  }

  private static List<TopicRecord> of(List<TopicRecord> records, String suffix) {
    return records.stream().filter(record -> Logs.suffix(record.topic()).equals(suffix)).toList();
  }

  /** Somebody who looks at a device's page. */
  private static final class Ignore implements LogListener {
    @Override
    public void onOpen() {
      // What comes is looked at.
    }

    @Override
    public void onEntry(LogEntry entry) {
      // Seen.
    }

    @Override
    public void onEnd(ApiException reason) {
      // The page is closed.
    }
  }
}
