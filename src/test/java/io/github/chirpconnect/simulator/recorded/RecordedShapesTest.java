package io.github.chirpconnect.simulator.recorded;

import com.google.protobuf.ByteString;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.History;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.github.chirpconnect.simulator.time.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the simulator's devices send has the shape of what real ones were heard to send: every path
 * in a body is one that a real server wrote in an entry of that kind, with a value of the same
 * type, and what real entries always have is there.
 */
class RecordedShapesTest {
  private static final List<String> FILES =
      List.of("v4/walk.jsonl", "v4/streams.jsonl", "v4/streams-kinds.jsonl");

  /**
   * What the recorded gateways never sent in one place and an up event has in another, where the
   * same message is written: the path there.
   */
  private static final Map<String, String> SAME_MESSAGE =
      Map.of(
          ".rx_info[].channel NUMBER", ".rxInfo[].channel NUMBER",
          ".rx_info[].rfChain NUMBER", ".rxInfo[].rfChain NUMBER",
          ".rx_info[].crcStatus STRING", ".rxInfo[].crcStatus STRING",
          ".location.source STRING", ".rxInfo[].location.source STRING");

  /** Left out where it is zero, as it may be. */
  private static final String SNR = ".rx_info[].snr";

  @ParameterizedTest
  @ValueSource(strings = {"up", "join", "status", "log", "location", "ack", "txack"})
  void events(String kind) {
    Shapes recorded = recorded("/api.InternalService/StreamDeviceEvents", kind);
    assertSameShape(simulated(Network::events), recorded, kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"JoinRequest", "JoinAccept", "UnconfirmedDataUp", "ConfirmedDataDown"})
  void framesOfDevices(String kind) {
    Shapes recorded = recorded("/api.InternalService/StreamDeviceFrames", kind);
    assertSameShape(simulated(Network::frames), recorded, kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"JoinRequest", "UnconfirmedDataUp", "UnconfirmedDataDown"})
  void framesOfGateways(String kind) {
    Shapes recorded = recorded("/api.InternalService/StreamGatewayFrames", kind);
    if (kind.endsWith("Down")) {
      // Those that were heard of a gateway were empty; a device's log has others.
      recorded
          .seen()
          .addAll(recorded("/api.InternalService/StreamDeviceFrames", "ConfirmedDataDown").seen());
    }
    assertSameShape(simulated(Network::gatewayIds, Network::gatewayFrames), recorded, kind);
  }

  private static void assertSameShape(List<LogItem> entries, Shapes recorded, String kind) {
    recorded.assertHold(
        entries.stream().filter(entry -> entry.getDescription().equals(kind)).toList());
  }

  private interface Log {
    List<LogItem> of(Network network, String devEui);
  }

  /** A day's life of one network: every kind of entry is in it. */
  private static List<LogItem> simulated(Log log) {
    return simulated(Network::devEuis, log);
  }

  private static List<LogItem> simulated(Function<Network, List<String>> euis, Log log) {
    ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
    try (Simulator simulator =
        Simulator.builder().time(time).history(History.exactly(1000)).start()) {
      Network network = simulator.network();
      simulator.living().tick(480);
      String device = network.devEuis().get(0);
      synchronized (network) {
        DeviceQueueItem item =
            DeviceQueueItem.newBuilder()
                .setFPort(2)
                .setData(ByteString.copyFrom(new byte[] {1, 2}))
                .setConfirmed(true)
                .build();
        network.queues().enqueue(device, item);
        network
            .queues()
            .enqueue(device, item.toBuilder().setExpiresAt(Moments.timestamp(time.now())).build());
      }
      for (int i = 0; i < 3; i++) {
        time.advance(Duration.ofMillis(20_001));
        network.uplink(device, 10, LabCodec.payload(20.5, 40));
      }
      network.foreignUplink(network.gatewayIds().get(0), "fe00aa01", 7, 12);
      network.enqueue(device, 2, new byte[] {1, 2}, false);
      network.uplink(device, 10, LabCodec.payload(20.5, 40));
      return euis.apply(network).stream().flatMap(eui -> log.of(network, eui).stream()).toList();
    }
  }

  private static Shapes recorded(String method, String kind) {
    Shapes shapes = Shapes.of(recordedEntries(method, kind).toList());
    shapes.always().remove(SNR);
    if (!kind.equals("up")) {
      Set<String> up = recorded("/api.InternalService/StreamDeviceEvents", "up").seen();
      SAME_MESSAGE.forEach(
          (here, inUp) -> {
            if (up.contains(inUp)) {
              shapes.seen().add(here);
            }
          });
    }
    return shapes;
  }

  private static Stream<LogItem> recordedEntries(String method, String kind) {
    return FILES.stream()
        .flatMap(file -> Golden.calls(file).stream())
        .filter(call -> call.method().equals(method))
        .flatMap(
            call ->
                call.messages().stream().map(message -> RawMethods.answer(method, message.bytes())))
        .map(LogItem.class::cast)
        .filter(entry -> entry.getDescription().equals(kind));
  }
}
