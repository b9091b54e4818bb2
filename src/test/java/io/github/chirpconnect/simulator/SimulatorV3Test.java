package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.proto.v3.DeviceQueueItem;
import io.github.chirpconnect.proto.v3.DeviceQueueServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v3.FlushDeviceQueueRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsResponse;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.History;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorV3Test {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00.250Z"));
  private final Simulator simulator =
      Simulator.builder().generation(Generation.V3).time(time).start();
  private final Network network = simulator.network();
  private final String device = network.devEuis().get(0);
  private final String key = "Bearer " + simulator.adminKey();
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void replaysTenEventsAndGoesOn() {
    for (int i = 0; i < 12; i++) {
      network.uplink(device, 10, new byte[] {1, 2, 3});
    }
    Client.Stream<StreamDeviceEventLogsResponse> stream = events(device);
    Client.soon(() -> stream.items.size() == 10);
    network.uplink(device, 11, new byte[0]);
    Client.soon(() -> stream.items.size() == 11);

    JsonNode last = payload(stream, 10);
    assertThat(last.path("devEUI").asText()).isEqualTo("AQIDBAUGBwA=");
    assertThat(last.path("applicationID").asText())
        .isEqualTo(simulator.network().device(device).getApplicationId());
    assertThat(last.path("data").isNull()).isTrue();
    assertThat(last.path("fCnt").asInt()).isEqualTo(12);
    assertThat(Json.read(last.path("objectJSON").asText()).path("port").toString()).isEqualTo("11");
    assertThat(stream.items.get(10).getStreamId()).matches("[0-9]{13}-[0-9]+");
    assertThat(last.path("publishedAt").asText()).isEqualTo("2026-11-24T12:00:00.250Z");
  }

  @Test
  void sendsNothingNotEvenHeadersWithoutAnEntry() {
    Client.Stream<StreamDeviceEventLogsResponse> stream = events(device);
    Client.soon(() -> simulator.observations().openStreams() == 1);
    assertThat(stream.headers).isFalse();

    network.join(device);
    network.uplink(device, 10, new byte[] {1});
    Client.soon(() -> stream.items.size() == 2);
    assertThat(stream.headers).isTrue();
    assertThat(types(stream)).containsExactly("join", "up");
  }

  @Test
  void leavesIdsOutBefore3172() {
    try (Simulator old =
            Simulator.builder().generation(Generation.V3).streamIds(false).time(time).start();
        Client other = new Client(old)) {
      old.network().uplink(device, 10, new byte[] {1});
      Client.Stream<StreamDeviceEventLogsResponse> stream =
          other.open(
              DeviceServiceGrpc.getStreamEventLogsMethod(),
              "Bearer " + old.adminKey(),
              StreamDeviceEventLogsRequest.newBuilder().setDevEui(device).build(),
              10);
      Client.soon(() -> stream.items.size() == 2);
      assertThat(stream.items.get(0).getStreamId()).isEmpty();
    }
  }

  @Test
  void losesEventsWhileStreamsHoldAllConnections() {
    List<Client.Stream<StreamDeviceEventLogsResponse>> streams = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      streams.add(events(network.devEuis().get(i)));
    }
    Client.soon(() -> simulator.observations().eventPool().inUse() == 20);
    Client.Stream<StreamDeviceEventLogsResponse> late = events(device);
    Client.soon(() -> simulator.observations().openStreams() == 21);
    network.uplink(device, 10, new byte[] {1});

    time.advance(PATIENCE.minusMillis(1));
    assertThat(late.status).isNull();
    time.advance(Duration.ofMillis(1));
    Client.soon(() -> late.status != null);
    assertThat(late.status.isOk()).isTrue();
    assertThat(late.headers || !late.items.isEmpty()).isFalse();
    assertThat(network.events(device)).isEmpty();
    assertThat(simulator.observations().lostEvents()).isEqualTo(2);
    assertThat(simulator.observations().eventPool()).isEqualTo(new Observations.Pool(20, 20, 20));
    // Frames have connections of their own.
    assertThat(network.frames(device)).isNotEmpty();

    streams.get(0).cancel();
    Client.soon(() -> simulator.observations().eventPool().inUse() == 19);
    network.uplink(device, 10, new byte[] {1});
    assertThat(network.events(device)).hasSize(1);
  }

  @Test
  void handlesNoUplinkWhileFrameStreamsHoldAllConnections() throws Exception {
    network.uplink(device, 10, new byte[] {1});
    for (int i = 0; i < 20; i++) {
      frames(network.devEuis().get(i));
    }
    Client.soon(() -> simulator.observations().framePool().inUse() == 20);
    Client.Stream<StreamDeviceFrameLogsResponse> late = frames(device);
    Client.soon(() -> simulator.observations().openStreams() == 21);
    network.uplink(device, 10, new byte[] {2});
    CompletableFuture<Status> enqueue = CompletableFuture.supplyAsync(() -> enqueue(10));
    Client.soon(() -> simulator.observations().calls("DeviceQueueService/Enqueue") == 1);
    // Call and stream are counted a moment before they wait, and the end of the stream arrives
    // later.
    Client.soon(
        () -> {
          time.advance(PATIENCE);
          return enqueue.isDone() && late.status != null;
        });

    assertThat(late.status.getDescription()).isEqualTo("EOF");
    assertThat(enqueue.get().getDescription())
        .isEqualTo(
            "enqueue downlink payload error: get next downlink fcnt for deveui error: "
                + "rpc error: code = Unknown desc = redis: connection pool timeout");
    assertThat(simulator.observations().lostUplinks()).isEqualTo(1);
    assertThat(network.events(device)).hasSize(2);
  }

  @Test
  void endsStreamsWhenRedisStaysAway() {
    network.uplink(device, 10, new byte[] {1});
    Client.Stream<StreamDeviceEventLogsResponse> events = events(device);
    Client.Stream<StreamDeviceFrameLogsResponse> frames = frames(device);
    Client.soon(() -> !events.items.isEmpty() && !frames.items.isEmpty());
    simulator.faults().stopRedis();
    time.advance(Duration.ofMillis(200));
    Client.soon(() -> events.status != null && frames.status != null);
    assertThat(events.status.isOk()).isTrue();
    assertThat(frames.status.getDescription()).isEqualTo("EOF");
    assertThat(simulator.observations().eventPool().inUse()).isZero();
  }

  @Test
  void goesOnWhenRedisIsSoonBackOrOnlyHangs() {
    network.uplink(device, 10, new byte[] {1});
    Client.Stream<StreamDeviceEventLogsResponse> stream = events(device);
    Client.soon(() -> stream.items.size() == 2);
    simulator.faults().stopRedis();
    simulator.faults().startRedis();
    time.advance(Duration.ofSeconds(1));
    network.uplink(device, 10, new byte[] {2});
    Client.soon(() -> stream.items.size() == 3);

    simulator.faults().hangRedis();
    network.uplink(device, 10, new byte[] {3});
    time.advance(Duration.ofSeconds(20));
    assertThat(stream.items).hasSize(3);
    simulator.faults().endRedisHang();
    Client.soon(() -> stream.items.size() == 4);
    assertThat(stream.status).isNull();
  }

  @Test
  void endsAtEachReconnectAtAnEntryItCannotRead() {
    network.uplink(device, 10, new byte[] {1});
    simulator.faults().poisonEvents(device);
    simulator.faults().poisonFrames(device);
    for (int i = 0; i < 2; i++) {
      Client.Stream<StreamDeviceEventLogsResponse> events = events(device);
      Client.Stream<StreamDeviceFrameLogsResponse> frames = frames(device);
      Client.soon(() -> events.status != null && frames.status != null);
      assertThat(events.items).hasSize(2);
      assertThat(events.status.isOk()).isTrue();
      assertThat(frames.status.getDescription())
          .isEqualTo("lorawan: at least 5 bytes needed to decode PHYPayload");
    }
  }

  @Test
  void renumbersWhatComesAfterADroppedItem() {
    network.uplink(device, 10, new byte[] {1});
    assertThat(fCnt(300, false)).isZero();
    assertThat(fCnt(4, false)).isEqualTo(1);
    assertThat(fCnt(4, true)).isEqualTo(2);
    for (int i = 0; i < 3; i++) {
      network.uplink(device, 10, new byte[] {1});
    }
    List<String> told =
        network.events(device).stream()
            .map(event -> event.getDescription() + " " + Json.read(event.getBody()).path("fCnt"))
            .toList();
    assertThat(told).containsSubsequence("error 0", "txack 0", "txack 1", "ack 1");
  }

  @Test
  void givesACounterOutAgainAfterAFlush() {
    network.uplink(device, 10, new byte[] {1});
    assertThat(fCnt(1, false)).isZero();
    client.call(
        DeviceQueueServiceGrpc.getFlushMethod(),
        key,
        FlushDeviceQueueRequest.newBuilder().setDevEui(device).build());
    assertThat(fCnt(1, false)).isZero();
    assertThat(fCnt(1, false)).isEqualTo(1);
  }

  @Test
  void refusesDownlinksBetweenARejoinAndTheNextUplink() {
    assertThat(enqueue(10).getDescription())
        .endsWith("code = NotFound desc = object does not exist");
    network.join(device);
    assertThat(enqueue(10).isOk()).isTrue();
    network.uplink(device, 10, new byte[] {1});
    enqueue(11);
    network.join(device);
    assertThat(network.queue(device)).isEmpty();
    assertThat(enqueue(12).getDescription()).endsWith("device security-context out of sync");
    network.uplink(device, 10, new byte[] {1});
    assertThat(enqueue(13).isOk()).isTrue();
  }

  @Test
  void tellsTroubleInErrorEvents() {
    network.log(device, "ERROR", "OTAA", "DevNonce has already been used", Map.of());
    JsonNode body = Json.read(network.events(device).get(0).getBody());
    assertThat(network.events(device).get(0).getDescription()).isEqualTo("error");
    assertThat(body.path("type").asText()).isEqualTo("OTAA");
    assertThat(body.path("error").asText()).isEqualTo("DevNonce has already been used");
  }

  @Test
  void goesOnWithoutTheKeyAndTheDeviceThatAStreamWasOpenedFor() {
    String revoked = simulator.newAdminKey();
    Client.Stream<StreamDeviceEventLogsResponse> stream = events("Bearer " + revoked, device);
    network.uplink(device, 10, new byte[] {1});
    Client.soon(() -> stream.items.size() == 2);
    simulator.revoke(revoked);
    network.uplink(device, 10, new byte[] {2});
    Client.soon(() -> stream.items.size() == 3);
    network.deleteDevice(device);

    Client.Stream<StreamDeviceEventLogsResponse> again = events(device);
    Client.soon(() -> again.items.size() == 3);
    assertThat(stream.status).isNull();
    Client.Stream<StreamDeviceEventLogsResponse> refused = events("Bearer " + revoked, device);
    Client.soon(() -> refused.status != null);
    assertThat(refused.status.getDescription()).isEqualTo("authentication failed: not authorized");
  }

  @Test
  void lives() {
    try (Simulator busy =
        SimulatedServer.V3_GRPC.builder().time(time).history(History.exactly(1000)).start()) {
      busy.living().tick(48 * 10);
      Network lived = busy.network();
      assertThat(lived.tenantIds()).containsExactly("1", "2");
      assertThat(lived.applicationIds()).containsExactly("1", "2", "3", "4");
      assertThat(
              lived.devEuis().stream()
                  .flatMap(devEui -> lived.events(devEui).stream())
                  .map(LogItem::getDescription)
                  .distinct())
          .containsExactlyInAnyOrder("join", "up", "status", "error", "location");
      assertThat(lived.gatewayIds()).allMatch(id -> !lived.gatewayFrames(id).isEmpty());
    }
  }

  @Test
  void staysSilentWithoutAHistory() {
    try (Simulator silent =
        SimulatedServer.V3_GRPC.builder().time(time).history(History.exactly(0)).start()) {
      silent.network().uplink(device, 10, new byte[] {1});
      assertThat(silent.network().events(device)).isEmpty();
    }
  }

  private Client.Stream<StreamDeviceEventLogsResponse> events(String devEui) {
    return events(key, devEui);
  }

  private Client.Stream<StreamDeviceEventLogsResponse> events(String header, String devEui) {
    return client.open(
        DeviceServiceGrpc.getStreamEventLogsMethod(),
        header,
        StreamDeviceEventLogsRequest.newBuilder().setDevEui(devEui).build(),
        100);
  }

  private Client.Stream<StreamDeviceFrameLogsResponse> frames(String devEui) {
    return client.open(
        DeviceServiceGrpc.getStreamFrameLogsMethod(),
        key,
        StreamDeviceFrameLogsRequest.newBuilder().setDevEui(devEui).build(),
        100);
  }

  private Status enqueue(int fPort) {
    return client.status(DeviceQueueServiceGrpc.getEnqueueMethod(), key, request(fPort, 1, false));
  }

  private int fCnt(int length, boolean confirmed) {
    return client
        .call(DeviceQueueServiceGrpc.getEnqueueMethod(), key, request(10, length, confirmed))
        .getFCnt();
  }

  private EnqueueDeviceQueueItemRequest request(int fPort, int length, boolean confirmed) {
    return EnqueueDeviceQueueItemRequest.newBuilder()
        .setDeviceQueueItem(
            DeviceQueueItem.newBuilder()
                .setDevEui(device)
                .setFPort(fPort)
                .setConfirmed(confirmed)
                .setData(ByteString.copyFrom(new byte[length])))
        .build();
  }

  private static JsonNode payload(Client.Stream<StreamDeviceEventLogsResponse> stream, int index) {
    return Json.read(stream.items.get(index).getPayloadJson());
  }

  private static List<String> types(Client.Stream<StreamDeviceEventLogsResponse> stream) {
    return stream.items.stream().map(StreamDeviceEventLogsResponse::getType).toList();
  }
}
