package io.github.chirpconnect.it.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SinkUnderTest;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.Enqueues.DeviceEnqueue;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Gates on real tasks: what is held back, what goes when it may, and what is said of the rest. */
@Timeout(120)
@ParameterizedClass
@EnumSource
class GatesIT {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneOffset.UTC);

  private final Simulator chirpStack;
  private final List<String> devices;
  private final String device;
  private final String group;

  GatesIT(SimulatedServer server) {
    chirpStack = server.builder().empty().start();
    SmallNetwork network = SmallNetwork.heard(chirpStack, 10);
    devices = network.devEuis();
    device = devices.get(0);
    group = network.addGroup("valves", List.of(device));
  }

  @AfterEach
  void close() {
    chirpStack.close();
  }

  /** By the server's clock; what is late only makes it slower. */
  @Test
  void theRateOfTheConnectorIsKeptByAllItsTasks() {
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 4)) {
      sink.with("tasks.max", "2").with("rate.limit.per.second", "8").start().awaitPartitions();
      IntStream.range(0, 40).forEach(i -> sink.send(devices.get(i % devices.size()), i));
      sink.awaitCommitted(40);

      List<Instant> times =
          chirpStack.observations().enqueues().stream().map(DeviceEnqueue::at).sorted().toList();
      assertThat(times).hasSize(40);
      // Two tasks, each with a bucket of four; a second's worth may be late on its way.
      assertThat(Duration.between(times.get(0), times.get(39)))
          .isGreaterThan(Duration.ofMillis((40 - 2 * 4 - 8) * 1_000 / 8));
      for (String each : devices) {
        assertThat(sink.accepted(each)).isSorted().hasSize(4);
      }
    }
  }

  @Test
  void oneDevicesRateHoldsUpThatDeviceAlone() {
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.with("device.rate.limit.per.minute", "2").with("command.max.age.ms", "5000").start();
      sink.awaitPartitions();
      IntStream.range(0, 3).forEach(i -> sink.send(device, i));
      sink.send(devices.get(1), 3);
      sink.awaitCommitted(4);
      assertThat(sink.accepted(device)).containsExactly(0, 1);
      assertThat(sink.accepted(devices.get(1))).containsExactly(3);
      assertThat(sink.deadLetters())
          .singleElement()
          .satisfies(
              dead ->
                  assertThat(dead.header(SinkUnderTest.REASON))
                      .contains(
                          "device.rate.limit.per.minute held it back: device "
                              + device
                              + " was given 2 commands within a minute"));
    }
  }

  @Test
  void aQueueIsNotMadeLongerThanItMayBe() {
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.with("device.queue.max", "3").start();
      IntStream.range(0, 5).forEach(i -> sink.send(device, i));
      sink.send(devices.get(1), 5);
      sink.awaitCommitted(6);
      assertThat(sink.accepted(device)).containsExactly(0, 1, 2);
      assertThat(sink.accepted(devices.get(1))).containsExactly(5);
      assertThat(sink.deadLetters())
          .hasSize(2)
          .extracting(record -> record.header(SinkUnderTest.REASON))
          .containsOnly(
              "the queue of device "
                  + device
                  + " holds 3 downlinks, and may hold 3 (device.queue.max); send the command again"
                  + " when it has room");
      assertThat(sink.outcomes(device))
          .containsExactly("accepted", "accepted", "accepted", "rejected", "rejected");
    }
  }

  @Test
  void aCommandWaitsForRoomInTheQueue() {
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.with("device.queue.max", "2").with("device.queue.full", "wait").start();
      IntStream.range(0, 3).forEach(i -> sink.send(device, i));
      sink.send(devices.get(1), 3);
      sink.awaitAccepted(3);
      assertThat(sink.accepted(device)).containsExactly(0, 1);
      assertThat(sink.accepted(devices.get(1))).containsExactly(3);

      chirpStack.network().queues().flush(device);
      sink.awaitCommitted(4);
      assertThat(sink.accepted(device)).containsExactly(0, 1, 2);
      assertThat(sink.deadLetters()).isEmpty();
    }
  }

  /** ChirpStack would take each of them, and drop what is too long for a group without an event. */
  @Test
  void aPayloadThatCannotBeSentIsRefusedAndTheNextOneGoes() {
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1).start()) {
      sink.send(group, zeros(116));
      sink.send(group, zeros(242));
      sink.send(group, zeros(115));
      sink.send(device, zeros(243));
      sink.send(device, zeros(242));
      sink.awaitCommitted(5);

      assertThat(chirpStack.network().groupQueue(group))
          .singleElement()
          .satisfies(item -> assertThat(item.getData().size()).isEqualTo(115));
      chirpStack.network().sendMulticast();
      assertThat(chirpStack.network().groupQueue(group)).isEmpty();
      assertThat(chirpStack.observations().enqueues())
          .singleElement()
          .satisfies(enqueue -> assertThat(enqueue.item().getData().size()).isEqualTo(242));
      assertThat(sink.deadLetters())
          .extracting(record -> record.header(SinkUnderTest.REASON))
          .satisfiesExactlyInAnyOrder(
              reason ->
                  assertThat(reason)
                      .contains(
                          "the payload has 116 bytes, and region EU868 at the group's data rate 3 permits 115;"),
              reason -> assertThat(reason).contains("the payload has 242 bytes", "permits 115;"),
              reason -> assertThat(reason).contains("243", "242"));
    }
  }

  private static String zeros(int bytes) {
    return "{\"f_port\":10,\"data_hex\":\"" + "00".repeat(bytes) + "\"}";
  }

  @Test
  void outsideOfTheWindowCommandsWaitUntilTheyAreTooOld() {
    String closed = window(2, 3);
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      // A record that is too old when the task first gets it was held by no gate.
      sink.with("command.window", closed).with("command.max.age.ms", "5000").start();
      sink.awaitPartitions();
      IntStream.range(0, 3).forEach(i -> sink.send(device, i));
      sink.awaitCommitted(3);
      assertThat(sink.accepted()).isEmpty();
      assertThat(sink.deadLetters())
          .extracting(TopicRecord::text)
          .containsExactly(
              SinkUnderTest.command(0), SinkUnderTest.command(1), SinkUnderTest.command(2));
      assertThat(sink.deadLetters().get(0).header(SinkUnderTest.REASON))
          .contains(
              "command.max.age.ms permits 5 s; command.window held it back: it is outside of "
                  + closed);
      assertThat(sink.outcomes(device)).containsExactly("expired", "expired", "expired");
    }
  }

  @Test
  void whatWaitsForTheWindowGoesWhenItIsOpen() {
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.with("command.window", window(2, 3)).start().awaitPartitions();
      sink.send(device, 0);
      Awaitility.await("nothing is sent")
          .during(Duration.ofSeconds(2))
          .atMost(SinkUnderTest.PATIENCE)
          .until(() -> sink.accepted().isEmpty());
      sink.with("command.window", window(-2, 2)).start();
      sink.awaitCommitted(1);
      assertThat(sink.accepted(device)).containsExactly(0);
    }
  }

  /** From so many hours after now to so many. */
  private static String window(int from, int to) {
    Instant now = Instant.now();
    return TIME.format(now.plus(Duration.ofHours(from)))
        + "-"
        + TIME.format(now.plus(Duration.ofHours(to)))
        + " UTC";
  }
}
