package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.TopicRecord;
import io.github.chirpconnect.simulator.History;
import io.github.chirpconnect.simulator.Simulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More streams than one connection may have: what is beyond the limit would never start. */
@Timeout(120)
class ManyStreamsIT {
  private static final int DEVICES = 300;
  private static final int STREAMS_PER_CONNECTION = 100;

  @Test
  void streamsAreSpreadOverConnectionsAndCallsGoOn() {
    try (Simulator chirpStack =
            Simulator.builder()
                .empty()
                .history(History.exactly(100))
                .maxStreamsPerConnection(STREAMS_PER_CONNECTION)
                .start();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack).with("feeds", "devices,device-events")) {
      SmallNetwork network = new SmallNetwork(chirpStack, DEVICES);
      network.uplinks(1);
      source.start();
      source.awaitStreams(DEVICES);
      assertThat(chirpStack.connections())
          .as("three of streams, and one of calls")
          .isEqualTo(DEVICES / STREAMS_PER_CONNECTION + 1);

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

  @Test
  void tasksShareTheDevicesWithoutOverlap() {
    try (Simulator chirpStack = Simulator.builder().empty().history(History.exactly(100)).start();
        SourceUnderTest source = new SourceUnderTest(chirpStack).with("tasks.max", "3")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 60);
      network.uplinks(2);
      source.start();
      source.awaitStreams(120);
      assertThat(chirpStack.observations().streamedEvents())
          .containsExactlyInAnyOrderElementsOf(network.devEuis());
      source.assertEachEntryOnceInOrder();
      assertThat(source.records("devices"))
          .extracting(TopicRecord::key)
          .containsExactlyInAnyOrderElementsOf(network.devEuis());
    }
  }

  private static boolean isDevice(TopicRecord record, String devEui) {
    return record.header("chirpstack.feed").equals("devices") && record.key().equals(devEui);
  }
}
