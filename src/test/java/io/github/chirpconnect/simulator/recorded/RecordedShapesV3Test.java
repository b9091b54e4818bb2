package io.github.chirpconnect.simulator.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.History;
import io.github.chirpconnect.simulator.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same of v3, whose frames do not say in their entry of what kind they are. */
class RecordedShapesV3Test {
  private static final List<String> FILES = List.of("v3/walk.jsonl", "v3/grpc-streams.jsonl");

  /** What the recorded gateways never sent: it is zero there, and left out. */
  private static final List<String> NEVER_SENT =
      List.of(
          ".uplinkFrame.rxInfo[].channel NUMBER",
          ".uplinkFrame.rxInfo[].rfChain NUMBER",
          ".uplinkFrame.rxInfo[].crcStatus STRING");

  private interface Log {
    List<LogItem> of(Network network);
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "join", "status", "error", "location", "ack", "txack"})
  void events(String kind) {
    List<LogItem> recorded = new ArrayList<>();
    for (Golden.Call call : calls("/api.DeviceService/StreamEventLogs")) {
      call.messages().forEach(message -> recorded.add(RecordingV3.event(message.bytes())));
    }
    shapes(ofKind(recorded, kind))
        .assertHold(ofKind(simulated(RecordedShapesV3Test::events), kind));
  }

  private static List<LogItem> events(Network network) {
    return network.devEuis().stream().flatMap(id -> network.events(id).stream()).toList();
  }

  private static List<LogItem> ofKind(List<LogItem> entries, String kind) {
    return entries.stream().filter(entry -> entry.getDescription().equals(kind)).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"JoinRequest", "JoinAccept", "UnconfirmedDataUp", "ConfirmedDataDown"})
  void framesOfDevices(String type) {
    frames(
        "/api.DeviceService/StreamFrameLogs",
        type,
        network -> network.devEuis().stream().flatMap(id -> network.frames(id).stream()).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"JoinRequest", "JoinAccept", "UnconfirmedDataUp", "ConfirmedDataDown"})
  void framesOfGateways(String type) {
    frames(
        "/api.GatewayService/StreamFrameLogs",
        type,
        network ->
            network.gatewayIds().stream()
                .flatMap(id -> network.gatewayFrames(id).stream())
                .toList());
  }

  private static void frames(String method, String type, Log log) {
    List<LogItem> recorded =
        calls(method).stream().flatMap(call -> RecordingV3.frames(call).stream()).toList();
    Shapes shapes = shapes(ofType(recorded, type));
    shapes.seen().addAll(NEVER_SENT);
    shapes.always().removeIf(path -> path.endsWith(".loRaSNR"));
    shapes.assertHold(ofType(simulated(log), type));
  }

  /** Go writes whole numbers without a point, of whatever type. */
  private static Shapes shapes(List<LogItem> recorded) {
    Shapes shapes = Shapes.of(recorded);
    for (String path : List.copyOf(shapes.seen())) {
      if (path.endsWith(" FLOAT")) {
        shapes.seen().add(path.replace(" FLOAT", " NUMBER"));
      }
    }
    return shapes;
  }

  private static List<LogItem> ofType(List<LogItem> frames, String type) {
    return frames.stream()
        .filter(
            frame -> {
              JsonNode body = Json.read(frame.getBody());
              JsonNode phy = body.path(body.fieldNames().next()).path("phyPayloadJSON");
              return Json.read(phy.asText()).at("/mhdr/mType").asText().equals(type);
            })
        .toList();
  }

  private static List<Golden.Call> calls(String method) {
    return FILES.stream()
        .flatMap(file -> Golden.calls(file).stream())
        .filter(call -> call.method().equals(method))
        .toList();
  }

  /** A day's life of one network: every kind of entry is in it. */
  private static List<LogItem> simulated(Log log) {
    ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
    try (Simulator simulator =
        Simulator.builder()
            .generation(Generation.V3)
            .time(time)
            .history(History.exactly(1000))
            .start()) {
      Network network = simulator.network();
      simulator.living().tick(480);
      String device = network.devEuis().get(0);
      network.enqueue(device, 2, new byte[] {1, 2}, true);
      for (int i = 0; i < 3; i++) {
        time.advance(Duration.ofMillis(20_001));
        network.uplink(device, 10, new byte[] {1, 2, 3});
      }
      network.foreignUplink(network.gatewayIds().get(0), "fe00aa01", 7, 12);
      return log.of(network);
    }
  }
}
