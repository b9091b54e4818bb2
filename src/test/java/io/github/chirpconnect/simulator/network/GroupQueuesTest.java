package io.github.chirpconnect.simulator.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.github.chirpconnect.proto.v3.EnqueueMulticastQueueItemRequest;
import io.github.chirpconnect.proto.v3.FlushMulticastGroupQueueItemsRequest;
import io.github.chirpconnect.proto.v3.MulticastQueueItem;
import io.github.chirpconnect.proto.v4.EnqueueMulticastGroupQueueItemRequest;
import io.github.chirpconnect.proto.v4.FlushMulticastGroupQueueRequest;
import io.github.chirpconnect.proto.v4.ListMulticastGroupQueueRequest;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import io.github.chirpconnect.simulator.Client;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.History;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.github.chirpconnect.simulator.time.Moments;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupQueuesTest {
  private static final String NOBODY = "00000000-0000-4000-8000-0000000000ff";

  private final ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
  private final Simulator simulator =
      SimulatedServer.V4_GRPC.builder().time(time).history(History.exactly(100)).start();
  private final Network network = simulator.network();
  private final String device = network.devEuis().get(0);
  private final List<String> gateways = network.gatewayIds();
  private final String group =
      network.addMulticastGroup(network.applicationIds().get(0), "valves", List.of(device));
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void sendsByOneGatewayAfterTheOtherAndShowsEachItemOnce() {
    network.addGatewayToMulticastGroup(group, gateways.get(0));
    network.addGatewayToMulticastGroup(group, gateways.get(1));
    enqueue(item(1));
    enqueue(item(2));
    assertThat(network.groupQueue(group))
        .extracting(MulticastGroupQueueItem::getFCnt, MulticastGroupQueueItem::getFPort)
        .containsExactly(tuple(0, 1), tuple(1, 2));

    network.sendMulticast();
    assertThat(sent()).containsExactly(1, 0);
    assertThat(network.groupQueue(group)).hasSize(2);

    pass(Duration.ofSeconds(5));
    assertThat(sent()).containsExactly(1, 1);
    assertThat(network.groupQueue(group)).hasSize(1);

    pass(Duration.ofSeconds(5));
    pass(Duration.ofSeconds(5));
    assertThat(sent()).containsExactly(2, 2);
    assertThat(network.groupQueue(group)).isEmpty();
    assertThat(network.events(device)).isEmpty();
  }

  @Test
  void sendsByAGatewayThatHeardTheDeviceWhereNoneIsConfigured() {
    assertThat(enqueue(item(1))).isZero();
    assertThat(network.groupQueue(group)).isEmpty();

    network.uplink(device, 10, new byte[] {1});
    assertThat(enqueue(item(2))).isEqualTo(1);
    assertThat(network.groupQueue(group)).hasSize(1);
  }

  @Test
  void queuesNothingWhileAGatewayThatHeardTheDeviceIsDeleted() {
    network.uplink(device, 10, new byte[] {1});
    network.heardBy(device).forEach(network::deleteGateway);

    assertThat(refusal(item(1)))
        .extracting(Status::getCode, Status::getDescription)
        .containsExactly(Status.Code.INTERNAL, "FOREIGN KEY constraint failed");
    assertThat(network.multicastGroup(group).getFCnt()).isZero();
  }

  @Test
  void dropsWhatIsTooLongOrExpiredWithoutAWord() {
    network.addGatewayToMulticastGroup(group, gateways.get(0));
    enqueue(item(1).setData(ByteString.copyFrom(new byte[300])));
    enqueue(item(2).setExpiresAt(Moments.timestamp(time.now().plusSeconds(5))));
    enqueue(item(3));

    network.sendMulticast();
    pass(Duration.ofSeconds(5));
    assertThat(sent()).containsExactly(0, 0);

    pass(Duration.ofSeconds(5));
    assertThat(sent()).containsExactly(1, 0);
    assertThat(network.groupQueue(group)).isEmpty();
    assertThat(network.events(device)).isEmpty();
  }

  @Test
  void keepsWhatAGatewayThatIsAwayHasNotSent() {
    network.addGatewayToMulticastGroup(group, gateways.get(0));
    network.addGatewayToMulticastGroup(group, gateways.get(1));
    network.gatewayAway(gateways.get(1), true);
    enqueue(item(1));
    enqueue(item(2).setExpiresAt(Moments.timestamp(time.now().plusSeconds(60))));
    pass(Duration.ofSeconds(20));
    assertThat(sent()).containsExactly(2, 0);
    assertThat(network.groupQueue(group)).hasSize(2);

    pass(Duration.ofMinutes(5));
    assertThat(network.groupQueue(group)).hasSize(1);
    network.gatewayAway(gateways.get(1), false);
    network.sendMulticast();
    assertThat(sent()).containsExactly(2, 1);
    assertThat(network.groupQueue(group)).isEmpty();
  }

  @Test
  void keepsSixteenBitsOfThePort() {
    network.addGatewayToMulticastGroup(group, gateways.get(0));
    enqueue(item(65_537));
    enqueue(item(65_535));

    assertThat(network.groupQueue(group))
        .extracting(MulticastGroupQueueItem::getFPort)
        .containsExactly(1, -1);
    for (int fPort : List.of(0, 256, 32_767)) {
      assertThat(refusal(item(fPort)))
          .extracting(Status::getCode, Status::getDescription)
          .containsExactly(Status.Code.INTERNAL, "Validation error: FPort must be between 1 - 255");
    }
    assertThat(network.multicastGroup(group).getFCnt()).isEqualTo(2);
  }

  @Test
  void showsTheQueueToAReadOnlyKeyAndChangesItForNone() {
    network.addGatewayToMulticastGroup(group, gateways.get(0));
    enqueue(item(1));
    String readOnly = "Bearer " + simulator.readOnlyKey();

    assertThat(
            client
                .call(
                    MulticastGroupServiceGrpc.getListQueueMethod(),
                    readOnly,
                    ListMulticastGroupQueueRequest.newBuilder().setMulticastGroupId(group).build())
                .getItemsCount())
        .isEqualTo(1);
    assertThat(
            client
                .status(MulticastGroupServiceGrpc.getEnqueueMethod(), readOnly, request(item(1)))
                .getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(
            client
                .status(MulticastGroupServiceGrpc.getFlushQueueMethod(), readOnly, flush(group))
                .getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(
            client
                .status(MulticastGroupServiceGrpc.getFlushQueueMethod(), bearer(), flush(NOBODY))
                .isOk())
        .isTrue();
    assertThat(network.groupQueue(group)).hasSize(1);
  }

  @Test
  void ofV3KeepsEightBitsOfThePortAndKnowsWhichGroupsThereAre() {
    try (Simulator v3 = SimulatedServer.V3_GRPC.builder().time(time).start();
        Client other = new Client(v3)) {
      String key = "Bearer " + v3.adminKey();
      String member = v3.network().devEuis().get(0);
      v3.network().uplink(member, 10, new byte[] {1});
      String id =
          v3.network()
              .addMulticastGroup(v3.network().applicationIds().get(0), "v3", List.of(member));
      var enqueue = io.github.chirpconnect.proto.v3.MulticastGroupServiceGrpc.getEnqueueMethod();
      var flush = io.github.chirpconnect.proto.v3.MulticastGroupServiceGrpc.getFlushQueueMethod();

      assertThat(other.call(enqueue, key, requestV3(id, 257)).getFCnt()).isZero();
      assertThat(v3.network().groupQueue(id).get(0).getFPort()).isEqualTo(1);
      assertThat(other.status(enqueue, key, requestV3(id, 0)).getCode())
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(other.status(enqueue, key, requestV3(id, 256)).getDescription())
          .endsWith("code = InvalidArgument desc = invalid fPort (must be > 0)");
      assertThat(
              other.status(
                  flush,
                  key,
                  FlushMulticastGroupQueueItemsRequest.newBuilder()
                      .setMulticastGroupId(NOBODY)
                      .build()))
          .extracting(Status::getCode)
          .isEqualTo(Status.Code.NOT_FOUND);

      v3.network().heardBy(member).forEach(v3.network()::deleteGateway);
      assertThat(other.status(enqueue, key, requestV3(id, 1)).getDescription())
          .endsWith("code = NotFound desc = object does not exist");
      assertThat(v3.network().multicastGroup(id).getFCnt()).isEqualTo(1);
    }
  }

  /** Of the network server's band, which the group does not tell. */
  @Test
  void ofV3DropsWhatIsTooLongWithoutAWord() {
    try (Simulator v3 = SimulatedServer.V3_GRPC.builder().time(time).start();
        Client other = new Client(v3)) {
      String member = v3.network().devEuis().get(0);
      v3.network().uplink(member, 10, new byte[] {1});
      String id =
          v3.network()
              .addMulticastGroup(v3.network().applicationIds().get(0), "v3", List.of(member));
      List<Integer> sent = new ArrayList<>();
      for (String band : List.of("EU868", "US915", "AS923-2")) {
        v3.network().networkServerBand(band);
        for (int bytes : List.of(115, 116, 242)) {
          int before = frames(v3);
          other.call(
              io.github.chirpconnect.proto.v3.MulticastGroupServiceGrpc.getEnqueueMethod(),
              "Bearer " + v3.adminKey(),
              requestV3(id, 1, bytes));
          v3.network().sendMulticast();
          sent.add(frames(v3) - before);
        }
      }
      assertThat(sent).containsExactly(1, 0, 0, 1, 1, 1, 1, 0, 0);
      assertThat(v3.network().groupQueue(id)).isEmpty();
      assertThat(v3.network().events(member))
          .extracting(LogItem::getDescription)
          .containsExactly("join", "up");
    }
  }

  private static int frames(Simulator simulator) {
    return simulator.network().gatewayIds().stream()
        .mapToInt(id -> simulator.network().gatewayFrames(id).size())
        .sum();
  }

  private void pass(Duration duration) {
    time.advance(duration);
    network.sendMulticast();
  }

  /** How many frames the first two gateways have sent. */
  private List<Integer> sent() {
    return gateways.stream().limit(2).map(id -> network.gatewayFrames(id).size()).toList();
  }

  private int enqueue(MulticastGroupQueueItem.Builder item) {
    return client
        .call(MulticastGroupServiceGrpc.getEnqueueMethod(), bearer(), request(item))
        .getFCnt();
  }

  private Status refusal(MulticastGroupQueueItem.Builder item) {
    return client.status(MulticastGroupServiceGrpc.getEnqueueMethod(), bearer(), request(item));
  }

  private String bearer() {
    return "Bearer " + simulator.adminKey();
  }

  private static EnqueueMulticastGroupQueueItemRequest request(
      MulticastGroupQueueItem.Builder item) {
    return EnqueueMulticastGroupQueueItemRequest.newBuilder().setQueueItem(item).build();
  }

  private MulticastGroupQueueItem.Builder item(int fPort) {
    return MulticastGroupQueueItem.newBuilder()
        .setMulticastGroupId(group)
        .setFPort(fPort)
        .setData(ByteString.copyFrom(new byte[] {1}));
  }

  private static FlushMulticastGroupQueueRequest flush(String groupId) {
    return FlushMulticastGroupQueueRequest.newBuilder().setMulticastGroupId(groupId).build();
  }

  private static EnqueueMulticastQueueItemRequest requestV3(String groupId, int fPort) {
    return requestV3(groupId, fPort, 0);
  }

  private static EnqueueMulticastQueueItemRequest requestV3(String groupId, int fPort, int bytes) {
    return EnqueueMulticastQueueItemRequest.newBuilder()
        .setMulticastQueueItem(
            MulticastQueueItem.newBuilder()
                .setMulticastGroupId(groupId)
                .setFPort(fPort)
                .setData(ByteString.copyFrom(new byte[bytes])))
        .build();
  }
}
