package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.SimulatorBuilder;
import io.github.chirpconnect.simulator.redis.History;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;

/**
 * More streams than one HTTP/2 connection may have, where what is beyond the limit would never
 * start, and more than one task has. A v3 server has Redis connections for all of them here, and
 * the connector is told so.
 */
@Timeout(120)
@ServersWithStreams
class ManyStreamsIT {
  private static final int DEVICES = 300;
  private static final int STREAMS_PER_CONNECTION = 100;
  private static final int LEFT_BY_OTHERS = 4;
  private static final int PERMITTED = 32;

  @Parameter SimulatedServer server;

  @Test
  void streamsAreSpreadOverConnectionsAndCallsGoOn() {
    try (Simulator chirpStack = roomy().maxStreamsPerConnection(STREAMS_PER_CONNECTION).start();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("feeds", "devices,device-events")
                .with("chirpstack.redis.pool.size", "800")
                .with("device.streams.max", "400")) {
      SmallNetwork network = new SmallNetwork(chirpStack, DEVICES);
      network.uplinks(1);
      source.start();
      source.awaitStreams(DEVICES);
      assertConnections(chirpStack.connections());

      String added = network.addDevice();
      source.await(
          "the device that was added",
          all -> all.stream().anyMatch(record -> isDevice(record, added)));
      network.uplinks(1);
      source.awaitStreams(DEVICES + 1);
      source.assertEachEntryOnceInOrder();
      assertThat(source.records("devices"))
          .extracting(TopicRecord::key)
          .containsExactlyInAnyOrderElementsOf(network.devEuis());
    }
  }

  /** A proxy permits fewer streams on a connection than the connector thinks. */
  @Test
  void streamsThatAProxyHoldsBackGoToOtherConnections() throws IOException {
    try (Simulator chirpStack = roomy().maxStreamsPerConnection(PERMITTED).start();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("feeds", "device-events")
                .with("chirpstack.redis.pool.size", "800")
                .with("device.streams.max", "400")) {
      SmallNetwork network = new SmallNetwork(chirpStack, DEVICES);
      source.start();
      source.awaitStreams(DEVICES);
      network.uplinks(1);
      source.assertEachEntryOnceInOrder();
      assertThat(source.records())
          .allSatisfy(record -> assertThat(record.header("chirpstack.gap")).isNull());
      if (!server.isRest()) {
        assertThat(chirpStack.connections()).isBetween(DEVICES / PERMITTED + 1, DEVICES / 20);
        assertThat(said(source))
            .hasSize(1)
            .allSatisfy(
                line -> assertThat(line).contains(" 32 ", "chirpstack.max.streams.per.connection"));
      }
    }
  }

  private static List<String> said(SourceUnderTest source) throws IOException {
    return Files.readAllLines(ConnectWorker.shared().log()).stream()
        .filter(line -> line.contains("[" + source.name() + "|task-0]"))
        .filter(line -> line.contains("streams through on one connection"))
        .toList();
  }

  @Test
  void tasksShareTheDevicesWithoutOverlap() {
    try (Simulator chirpStack = roomy().start();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("tasks.max", "3")
                // Of a third of the places each task can follow all of its devices.
                .with("chirpstack.redis.pool.size", "800")
                .with("device.streams.max", "240")
                .with("device.frame.streams.max", "120")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 60);
      network.uplinks(2);
      source.start();
      source.awaitStreams(120);
      assertThat(chirpStack.observations().streamedEvents())
          .containsExactlyInAnyOrderElementsOf(network.devEuis());
      assertThat(chirpStack.observations().streamedFrames())
          .containsExactlyInAnyOrderElementsOf(network.devEuis());
      source.assertEachEntryOnceInOrder();
      assertThat(source.records("devices"))
          .extracting(TopicRecord::key)
          .containsExactlyInAnyOrderElementsOf(network.devEuis());
    }
  }

  /** Streams have what they need, and calls have one of their own. */
  private void assertConnections(int connections) {
    if (server.isRest()) {
      // HTTP/1.1 has one stream a connection. Before Java 21 an HTTP client that is done with, such
      // as the one that validated the configuration, keeps its own until it is garbage. Between two
      // calls theirs is idle, and the last stream may take it.
      assertThat(connections).isBetween(DEVICES, DEVICES + 1 + LEFT_BY_OTHERS);
    } else {
      assertThat(connections).isEqualTo(DEVICES / STREAMS_PER_CONNECTION + 1);
    }
  }

  private SimulatorBuilder roomy() {
    return server.builder().empty().history(History.exactly(100)).cpus(80);
  }

  private static boolean isDevice(TopicRecord record, String devEui) {
    return record.header("chirpstack.feed").equals("devices") && record.key().equals(devEui);
  }
}
