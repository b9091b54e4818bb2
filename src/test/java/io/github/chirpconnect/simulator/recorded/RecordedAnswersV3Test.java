package io.github.chirpconnect.simulator.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.golden.V3Methods;
import io.github.chirpconnect.golden.V3Methods.V3Method;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Client;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Asks the simulator of v3 what a real server was asked and holds its answers against the recorded
 * ones. It is loaded with the recorded walk; streams get the recorded history. Where an answer may
 * differ, {@link DifferencesV3} says why.
 */
class RecordedAnswersV3Test {
  /** The walk was recorded then. */
  private static final Instant WALK = Instant.parse("2026-11-24T12:33:30Z");

  private static final Map<String, V3Method> METHODS = V3Methods.all();

  /** These words are the recording client's, not the server's. */
  private static final List<String> CLIENTS_WORDS =
      List.of("Stream removed", "failed to connect to all addresses");

  private final ManualTime time = new ManualTime(WALK);
  private final Simulator simulator =
      Simulator.builder()
          .generation(Generation.V3)
          .time(time)
          .empty()
          .start()
          .loadRecording("v3/walk.jsonl");
  private Client client = new Client(simulator);
  private final CredentialsV3 credentials = new CredentialsV3(simulator, time);
  private final SetUpV3 setUp = new SetUpV3(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @TestFactory
  Stream<DynamicTest> walk() {
    return replay("v3/walk.jsonl", DifferencesV3.walk());
  }

  @TestFactory
  Stream<DynamicTest> unary() {
    setUp.earlier(11);
    return replay("v3/grpc-unary.jsonl", DifferencesV3.unary());
  }

  @TestFactory
  Stream<DynamicTest> errors() {
    setUp.earlier(10);
    return replay("v3/grpc-errors.jsonl", DifferencesV3.errors());
  }

  @TestFactory
  Stream<DynamicTest> streams() {
    setUp.second();
    return replay("v3/grpc-streams.jsonl", DifferencesV3.streams());
  }

  private Stream<DynamicTest> replay(String file, Differences differences) {
    List<DynamicTest> tests = new ArrayList<>();
    for (Golden.Call call : Golden.calls(file)) {
      tests.add(DynamicTest.dynamicTest(call.toString(), () -> replay(call, differences)));
    }
    tests.add(
        DynamicTest.dynamicTest(
            "each explanation for " + file + " is needed",
            () -> assertThat(differences.unused()).isEmpty()));
    return tests.stream();
  }

  private void replay(Golden.Call call, Differences differences) {
    setUp.before(call.name());
    if (find(differences, Differences.Kind.NotAsked.class, call).isPresent()) {
      return;
    }
    V3Method method = METHODS.get(call.method());
    if (method != null && method.grpc().getType() == MethodDescriptor.MethodType.SERVER_STREAMING) {
      replayStream(method, call, differences);
      return;
    }
    if (method != null && !call.messages().isEmpty()) {
      // Metrics are in no walk, and grew from one recorded answer to the next.
      RecordedMetrics.load(
          simulator.faults(),
          method.parseRequest(call.request()),
          method.parseResponse(call.messages().get(0).bytes()));
    }
    RawMethods.Answer answer =
        RawMethods.call(
            client,
            RawMethods.of(call.method()),
            credentials.header(call.name(), call.credential()),
            call.request());
    setUp.after(call.name());
    Status expected =
        find(differences, Differences.Kind.OtherStatus.class, call)
            .map(Differences.Kind.OtherStatus::status)
            .orElse(recorded(call));
    boolean otherText = find(differences, Differences.Kind.OtherText.class, call).isPresent();
    assertSameStatus(answer.status(), expected, otherText);
    if (expected.isOk()) {
      List<String> ignored =
          find(differences, Differences.Kind.Fields.class, call)
              .map(Differences.Kind.Fields::names)
              .orElse(List.of());
      Message actual = method.parseResponse(answer.message().toByteArray());
      Message wanted = method.parseResponse(call.messages().get(0).bytes());
      assertThat(RawMethods.without(actual, ignored))
          .isEqualTo(RawMethods.without(wanted, ignored));
    }
  }

  private static <K extends Differences.Kind> Optional<K> find(
      Differences differences, Class<K> kind, Golden.Call call) {
    return differences.find(kind, call.name(), call.method(), call.credential());
  }

  private void replayStream(V3Method method, Golden.Call call, Differences differences) {
    List<Message> recorded =
        call.messages().stream().map(message -> method.parseResponse(message.bytes())).toList();
    history(call);
    setUp.opening(call.name(), client, credentials.header("", "admin-key"));
    Client.Stream<Message> stream =
        client.open(
            stream(method),
            credentials.header(call.name(), call.credential()),
            method.parseRequest(call.request()),
            Integer.MAX_VALUE);
    if (!recorded.isEmpty()) {
      Client.soon(() -> stream.items.size() >= recorded.size());
    }
    if (call.ended().equals("client")) {
      Client.soon(() -> simulator.observations().calls(call.method().substring(5)) > 0);
      time.advance(Duration.ofSeconds(1));
      assertThat(stream.headers).isEqualTo(!recorded.isEmpty());
      assertThat(stream.status).isNull();
      stream.cancel();
    } else {
      setUp.fault(call.name());
      Client.soon(
          () -> {
            if (stream.status == null) {
              time.advance(Duration.ofMillis(500));
            }
            return stream.status != null;
          });
      assertSameStatus(
          stream.status,
          recorded(call),
          find(differences, Differences.Kind.OtherText.class, call).isPresent());
    }
    assertThat(stream.items).isEqualTo(recorded);
    setUp.closing();
    if (recorded(call).getCode() == Status.Code.UNAVAILABLE) {
      client.close();
      client = new Client(simulator);
    }
  }

  /** What the stream brought was in the log before it. */
  private void history(Golden.Call call) {
    if (call.requestJson() == null) {
      return;
    }
    String devEui = call.requestJson().path("dev_eui").asText().toLowerCase(Locale.ROOT);
    boolean events = call.method().endsWith("StreamEventLogs");
    List<LogItem> items =
        events
            ? call.messages().stream().map(message -> RecordingV3.event(message.bytes())).toList()
            : RecordingV3.frames(call);
    LogStore.Kind kind =
        events
            ? LogStore.Kind.DEVICE_EVENTS
            : devEui.isEmpty() ? LogStore.Kind.GATEWAY_FRAMES : LogStore.Kind.DEVICE_FRAMES;
    String eui = devEui.isEmpty() ? call.requestJson().path("gateway_id").asText() : devEui;
    simulator.faults().history(new LogStore.Key(kind, eui), items);
  }

  @SuppressWarnings("unchecked") // All of them are protobuf's.
  private static MethodDescriptor<Message, Message> stream(V3Method method) {
    return (MethodDescriptor<Message, Message>) method.grpc();
  }

  private static Status recorded(Golden.Call call) {
    Status status = Status.fromCode(Status.Code.valueOf(call.code()));
    return call.detail().isEmpty() ? status : status.withDescription(call.detail());
  }

  private static void assertSameStatus(Status actual, Status expected, boolean otherText) {
    assertThat(actual.getCode()).as("%s", actual).isEqualTo(expected.getCode());
    String text = expected.getDescription() == null ? "" : expected.getDescription();
    if (!otherText && CLIENTS_WORDS.stream().noneMatch(text::startsWith)) {
      assertThat(actual.getDescription() == null ? "" : actual.getDescription()).isEqualTo(text);
    }
  }
}
