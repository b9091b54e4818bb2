package io.github.chirpconnect.it.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.network.Network;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The topic of device queues follows what waits at the server. */
@Execution(CONCURRENT)
@Timeout(120)
@ParameterizedClass
@EnumSource
class DeviceQueuesIT {
  private static final int DEVICES = 5;

  @Parameter SimulatedServer server;

  @Test
  void aQueueIsWrittenUntilItsDownlinksHaveGoneOutAndARestartRepeatsNothing() {
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source = source(chirpStack)) {
      SmallNetwork network = SmallNetwork.heard(chirpStack, DEVICES);
      String device = network.devEuis().get(1);
      enqueue(chirpStack, device, 10);
      source.start();
      JsonNode queue = source.await("the queue", all -> all.size() == 1).get(0).json();
      assertThat(queue.path("dev_eui").asText()).isEqualTo(device);
      assertThat(queue.path("application_id").asText()).isEqualTo(network.applicationId());
      assertThat(queue.path("tenant_name").asText()).isEqualTo("waterworks");
      assertIsItem(queue.path("items").path(0), chirpStack.network().queue(device).get(0));

      enqueue(chirpStack, device, 11);
      queue = source.await("the second downlink", all -> all.size() == 2).get(1).json();
      assertThat(queue.path("items"))
          .extracting(item -> item.path("f_port").asInt())
          .containsExactly(10, 11);

      // A device of class A gets a downlink after each uplink.
      chirpStack.network().uplink(device, 10, LabCodec.payload(20, 40));
      chirpStack.network().uplink(device, 10, LabCodec.payload(20, 40));
      List<TopicRecord> written =
          source.await("the tombstone", all -> all.stream().anyMatch(TopicRecord::isTombstone));
      assertThat(written)
          .last()
          .matches(TopicRecord::isTombstone)
          .extracting(TopicRecord::key)
          .isEqualTo(device);

      source.restart();
      awaitRound(chirpStack);
      source.client().awaitRunning(source.name(), 1);
      assertThat(source.records()).hasSameSizeAs(written);
    }
  }

  @Test
  void theQueueOfADeviceThatIsDeletedWhileTheConnectorIsDownIsOneTombstone() {
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source = source(chirpStack)) {
      SmallNetwork network = SmallNetwork.heard(chirpStack, DEVICES);
      String kept = network.devEuis().get(1);
      String deleted = network.devEuis().get(3);
      enqueue(chirpStack, kept, 10);
      enqueue(chirpStack, deleted, 10);
      source.start();
      source.await("the queues", all -> all.size() == 2);

      source.client().stop(source.name());
      chirpStack.network().deleteDevice(deleted);
      source.client().resume(source.name());
      assertThat(source.await("the tombstone", all -> all.size() == 3))
          .last()
          .matches(TopicRecord::isTombstone)
          .extracting(TopicRecord::key)
          .isEqualTo(deleted);
      source.awaitTwoWalks();
      awaitRound(chirpStack);
      assertThat(source.records()).hasSize(3);
    }
  }

  private static SourceUnderTest source(Simulator chirpStack) {
    return new SourceUnderTest(chirpStack)
        .with("feeds", "device-queues")
        .with("device.queue.interval.ms", "1000")
        .with("device.queue.calls.per.second", "100");
  }

  private static void enqueue(Simulator chirpStack, String devEui, int port) {
    Network network = chirpStack.network();
    synchronized (network) {
      network
          .queues()
          .enqueue(
              devEui,
              DeviceQueueItem.newBuilder()
                  .setDevEui(devEui)
                  .setFPort(port)
                  .setData(ByteString.copyFrom(new byte[] {1, 2}))
                  .build());
    }
  }

  /** What the generation has: v4 gives ids, v3 counts frames and does not say what is pending. */
  private void assertIsItem(JsonNode item, DeviceQueueItem queued) {
    assertThat(item.path("f_port").asInt()).isEqualTo(10);
    assertThat(item.path("data").asText()).isEqualTo("AQI=");
    assertThat(item.path("confirmed").asBoolean(true)).isFalse();
    if (server.generation() == Generation.V4) {
      assertThat(item.path("id").asText()).isEqualTo(queued.getId());
      assertThat(item.path("is_pending").isBoolean()).isTrue();
      assertThat(item.path("f_cnt_down").isNull()).isTrue();
    } else {
      assertThat(item.path("id").isNull()).isTrue();
      assertThat(item.path("is_pending").isNull()).isTrue();
      assertThat(item.path("f_cnt_down").asInt(-1)).isEqualTo(queued.getFCntDown());
    }
  }

  /** Waits until each device has been asked for its queue from now on. */
  private void awaitRound(Simulator chirpStack) {
    String method =
        server.generation() == Generation.V4 ? "DeviceService/GetQueue" : "DeviceQueueService/List";
    // A round may be under way.
    long calls = chirpStack.observations().calls(method) + 3L * DEVICES;
    Awaitility.await("a round")
        .atMost(SourceUnderTest.PATIENCE)
        .until(() -> chirpStack.observations().calls(method) >= calls);
  }
}
