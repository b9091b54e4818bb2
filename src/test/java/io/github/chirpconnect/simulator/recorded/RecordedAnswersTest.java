package io.github.chirpconnect.simulator.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Message;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.ListDevicesResponse;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.MulticastGroup;
import io.github.chirpconnect.simulator.Client;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Asks the simulator what a real server was asked and holds its answers against the recorded ones:
 * status, text and content. It is loaded with the recorded walk. Where an answer may differ, {@link
 * Explanations} says why.
 *
 * <p>Recorded REST calls are left out: the simulator speaks gRPC.
 */
class RecordedAnswersTest {
  /** The walk was recorded then; gateways are online or not by this clock. */
  private static final Instant WALK = Instant.parse("2026-11-24T13:27:10Z");

  private static final String ALPHA = "37b71040-d1f7-4dba-8911-148a7cffe681";
  private static final String BETA = "838ac131-7f48-452d-8146-72a08d1c030e";
  private static final String GROUP = "1ae0be25-8755-4b37-b5b9-c2f042bc37f4";
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int ENTRIES_PER_LOOK = 10;

  /** These words are the recording client's, not the server's. */
  private static final List<String> CLIENTS_WORDS =
      List.of("Stream removed", "failed to connect to all addresses");

  private final ManualTime time = new ManualTime(WALK);
  private final Simulator simulator =
      Simulator.builder().time(time).empty().start().loadRecording("v4/walk.jsonl");
  private Client client = new Client(simulator);
  private final Explanations explanations = new Explanations();
  private final Map<String, String> tokens = new HashMap<>();
  private final Map<String, String> queueIds = new HashMap<>();

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @TestFactory
  Stream<DynamicTest> walk() {
    return replay("v4/walk.jsonl");
  }

  @TestFactory
  Stream<DynamicTest> unary() {
    return replay("v4/unary.jsonl");
  }

  @TestFactory
  Stream<DynamicTest> auth() {
    return replay("v4/auth.jsonl");
  }

  @TestFactory
  Stream<DynamicTest> detection() {
    return replay("v4/detection.jsonl");
  }

  @TestFactory
  Stream<DynamicTest> enqueue() {
    // The queue was recorded before the group had sent anything.
    NetworkGroup group = simulator.network().rows().groups.get(GROUP);
    group.config = MulticastGroup.newBuilder(group.config).setFCnt(0).build();
    return replay("v4/enqueue.jsonl");
  }

  @TestFactory
  Stream<DynamicTest> streams() {
    return replay("v4/streams.jsonl");
  }

  @TestFactory
  Stream<DynamicTest> streamsKinds() {
    return replay("v4/streams-kinds.jsonl");
  }

  @TestFactory
  Stream<DynamicTest> streamsFaults() {
    return replay("v4/streams-faults.jsonl");
  }

  @TestFactory
  Stream<DynamicTest> streamsRevoked() {
    return replay("v4/streams-revoked.jsonl");
  }

  private Stream<DynamicTest> replay(String file) {
    List<DynamicTest> tests = new ArrayList<>();
    for (Golden.Call call : Golden.calls(file)) {
      tests.add(DynamicTest.dynamicTest(call.toString(), () -> replay(call)));
    }
    tests.add(
        DynamicTest.dynamicTest(
            "each explanation for " + file + " is needed",
            () -> assertThat(explanations.unused(file)).isEmpty()));
    return tests.stream();
  }

  private void replay(Golden.Call call) {
    prepare(call);
    MethodDescriptor<byte[], byte[]> method = RawMethods.of(call.method());
    if (call.method().startsWith("/api.InternalService/Stream")) {
      replayStream(call);
    } else {
      loadMetrics(call);
      RawMethods.Answer answer =
          RawMethods.call(client, method, authorization(call.credential()), call.request());
      Status expected = explanations.expectedStatus(call, recorded(call));
      assertSameStatus(answer.status(), expected);
      if (expected.isOk()) {
        assertSameAnswer(call, answer.message().toByteArray());
      }
    }
  }

  /** Metrics are in no walk, and grew from one recorded answer to the next. */
  private void loadMetrics(Golden.Call call) {
    if (call.method().endsWith("Metrics") && !call.messages().isEmpty()) {
      RecordedMetrics.load(
          simulator.faults(),
          RawMethods.request(call.method(), call.request()),
          RawMethods.answer(call.method(), call.messages().get(0).bytes()));
    }
  }

  /** The faults that were recorded are not in the requests. */
  private void prepare(Golden.Call call) {
    switch (call.name()) {
      case "events-open-while-redis-is-down" -> simulator.faults().stopRedis();
      case "events-server-sigterm" -> simulator.faults().startRedis();
      case "device-get-while-server-is-down" -> simulator.stop();
      case "device-get-after-server-restart" -> {
        simulator.start();
        client.close();
        client = new Client(simulator);
      }
      case "devices-list-order-last_seen_at", "devices-list-order-last_seen_at-desc" ->
          heardAsRecorded(call);
      case "events-reopened-with-deleted-key" -> simulator.revoke(tokens.get(call.credential()));
      default -> {}
    }
  }

  /** The order goes by when devices were heard. */
  private void heardAsRecorded(Golden.Call call) {
    ListDevicesResponse answer =
        (ListDevicesResponse) RawMethods.answer(call.method(), call.messages().get(0).bytes());
    for (DeviceListItem item : answer.getResultList()) {
      NetworkDevice device = simulator.network().rows().device(item.getDevEui());
      device.lastSeenAt = item.hasLastSeenAt() ? item.getLastSeenAt() : null;
    }
  }

  private void assertSameAnswer(Golden.Call call, byte[] answer) {
    Message expected = RawMethods.answer(call.method(), call.messages().get(0).bytes());
    Message actual = RawMethods.answer(call.method(), answer);
    if (call.method().equals("/api.DeviceService/Enqueue")) {
      queueIds.put(id(expected), id(actual));
      assertThat(id(actual))
          .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }
    Message renamed = RawMethods.replaceTexts(expected, queueIds);
    assertThat(explanations.comparable(call, actual))
        .isEqualTo(explanations.comparable(call, renamed));
  }

  private static String id(Message message) {
    return (String) message.getField(message.getDescriptorForType().findFieldByName("id"));
  }

  private void replayStream(Golden.Call call) {
    Client.Stream<LogItem> stream =
        client.open(
            RawMethods.stream(call.method()),
            authorization(call.credential()),
            call.request(),
            Integer.MAX_VALUE);
    if (call.ended().equals("client")) {
      Client.soon(() -> stream.headers);
      replayEntries(call, stream);
      stream.cancel();
    } else {
      fault(call, stream);
      Client.soon(() -> stream.status != null);
      assertSameStatus(stream.status, recorded(call));
    }
  }

  private void replayEntries(Golden.Call call, Client.Stream<LogItem> stream) {
    List<LogItem> recorded =
        explanations.expectedEntries(call, logItems(call), () -> entriesNow(call));
    for (int seen = 0; seen < recorded.size(); seen += ENTRIES_PER_LOOK) {
      int soon = Math.min(recorded.size(), seen + ENTRIES_PER_LOOK);
      Client.soon(() -> stream.items.size() >= soon);
      assertThat(stream.items).hasSize(soon);
      time.advance(LOOK);
    }
    time.advance(LOOK);
    assertThat(stream.items).isEqualTo(recorded);
    assertThat(stream.status).isNull();
  }

  /** What happened to a stream while it was recorded. */
  private void fault(Golden.Call call, Client.Stream<LogItem> stream) {
    switch (call.name()) {
      case "events-redis-killed-and-restarted" -> {
        Client.soon(() -> stream.items.size() == ENTRIES_PER_LOOK);
        time.advance(Duration.ofSeconds(4));
        simulator.faults().stopRedis();
        time.advance(LOOK.plus(Duration.ofSeconds(5)));
        simulator.faults().startRedis();
      }
      case "events-server-sigterm", "events-server-sigkill" -> {
        Client.soon(() -> stream.headers);
        simulator.stop();
        simulator.start();
      }
      default -> {}
    }
  }

  private List<LogItem> entriesNow(Golden.Call call) {
    JsonNode request = call.requestJson();
    Network network = simulator.network();
    return switch (call.method()) {
      case "/api.InternalService/StreamDeviceEvents" ->
          network.events(request.path("dev_eui").asText());
      case "/api.InternalService/StreamDeviceFrames" ->
          network.frames(request.path("dev_eui").asText());
      default -> network.gatewayFrames(request.path("gateway_id").asText());
    };
  }

  private static List<LogItem> logItems(Golden.Call call) {
    return call.messages().stream()
        .map(message -> (LogItem) RawMethods.answer(call.method(), message.bytes()))
        .toList();
  }

  private static Status recorded(Golden.Call call) {
    Status status = Status.fromCode(Status.Code.valueOf(call.code()));
    return call.detail().isEmpty() ? status : status.withDescription(call.detail());
  }

  private static void assertSameStatus(Status actual, Status expected) {
    assertThat(actual.getCode()).isEqualTo(expected.getCode());
    String text = expected.getDescription() == null ? "" : expected.getDescription();
    if (CLIENTS_WORDS.stream().noneMatch(text::startsWith)) {
      assertThat(actual.getDescription() == null ? "" : actual.getDescription()).isEqualTo(text);
    }
  }

  private String authorization(String credential) {
    return switch (credential) {
      case "none" -> null;
      case "empty" -> "Bearer ";
      case "garbage" -> "Bearer garbage";
      default -> "Bearer " + tokens.computeIfAbsent(credential, this::token);
    };
  }

  private String token(String credential) {
    return switch (credential) {
      case "admin-key" -> simulator.adminKey();
      case "read-only-key" -> simulator.readOnlyKey();
      case "tenant-key" -> simulator.tenantKey(ALPHA);
      case "other-tenant-key" -> simulator.tenantKey(BETA);
      case "user-jwt" -> simulator.userToken();
      case "expired-jwt" -> simulator.expiredUserToken();
      case "wrong-secret" -> simulator.foreignKey();
      case "deleted-key" -> {
        String key = simulator.newAdminKey();
        simulator.revoke(key);
        yield key;
      }
      case "admin-key-deleted-5s-in" -> simulator.newAdminKey();
      default -> throw new IllegalArgumentException("unknown credential " + credential);
    };
  }
}
