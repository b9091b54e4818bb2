package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.RecordedGroupCalls.answer;
import static io.github.chirpconnect.api.grpc.RecordedGroupCalls.data;
import static io.github.chirpconnect.api.grpc.RecordedGroupCalls.downlink;
import static io.github.chirpconnect.api.grpc.RecordedGroupCalls.failure;
import static io.github.chirpconnect.api.grpc.RecordedGroupCalls.get;
import static io.github.chirpconnect.api.grpc.RecordedGroupCalls.instant;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Empty;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.EnqueueMulticastGroupQueueItemRequest;
import io.github.chirpconnect.proto.v4.EnqueueMulticastGroupQueueItemResponse;
import io.github.chirpconnect.proto.v4.FlushMulticastGroupQueueRequest;
import io.github.chirpconnect.proto.v4.GetMulticastGroupResponse;
import io.github.chirpconnect.proto.v4.ListDeviceProfileAdrAlgorithmsResponse;
import io.github.chirpconnect.proto.v4.ListMulticastGroupQueueResponse;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Downlinks for multicast groups, as the port has them, against what a v4 server said of them. */
@Timeout(30)
class RecordedGroupsTest {
  private static final String SERVICE = "/api.MulticastGroupService/";
  private static final List<Golden.Call> CALLS =
      Stream.of("enqueue", "unary", "walk")
          .flatMap(file -> Golden.calls("v4/" + file + ".jsonl").stream())
          .filter(call -> call.method().startsWith(SERVICE))
          .toList();

  private final AtomicLong clock = new AtomicLong();
  private final ScriptedServer server = ScriptedServer.current();
  private final ChirpStackV4 chirpStack = new ChirpStackV4(server, PageSizes.DEFAULT, clock::get);

  @AfterEach
  void close() {
    chirpStack.close();
  }

  static Stream<Golden.Call> enqueues() {
    return of("Enqueue");
  }

  static Stream<Golden.Call> queues() {
    return of("ListQueue");
  }

  static Stream<Golden.Call> groups() {
    return of("Get");
  }

  private static Stream<Golden.Call> of(String method) {
    List<Golden.Call> calls =
        CALLS.stream().filter(call -> call.method().equals(SERVICE + method)).toList();
    assertThat(calls).isNotEmpty();
    return calls.stream();
  }

  @ParameterizedTest
  @MethodSource("enqueues")
  void aDownlinkIsSentAsRecordedAndItsAnswerRead(Golden.Call call) throws Exception {
    keyIsAlive();
    server.on(
        MulticastGroupServiceGrpc.getEnqueueMethod(),
        request -> answer(call, EnqueueMulticastGroupQueueItemResponse.parser()));
    server.on(
        MulticastGroupServiceGrpc.getGetMethod(),
        request -> {
          throw ScriptedServer.refused();
        });
    JsonNode item = call.requestJson().path("queue_item");

    CompletionStage<Receipt> enqueued = chirpStack.enqueue(downlink(item));

    if (call.code().equals("OK")) {
      assertThat(get(enqueued).queueItemId()).isNull();
      assertThat(get(enqueued).fCntDown())
          .isEqualTo(call.messages().get(0).json().path("f_cnt").asLong());
    } else {
      assertThat(failure(enqueued).kind()).isEqualTo(expected(call));
    }
    EnqueueMulticastGroupQueueItemRequest.Builder recorded =
        EnqueueMulticastGroupQueueItemRequest.parseFrom(call.request()).toBuilder();
    // One that was sent was ignored: the server gives the counter.
    recorded.getQueueItemBuilder().clearFCnt();
    assertThat(server.requests(MulticastGroupServiceGrpc.getEnqueueMethod()).get(0))
        .isEqualTo(recorded.build());
  }

  private static FailureKind expected(Golden.Call call) {
    return switch (call.name()) {
      case "multicast-enqueue-port-0", "multicast-enqueue-port-257", "multicast-enqueue-bad-id" ->
          FailureKind.BAD_REQUEST;
      case "multicast-enqueue-unknown", "multicast-enqueue-foreign" -> FailureKind.NOT_PERMITTED;
      default -> throw new AssertionError("no meaning for " + call);
    };
  }

  @ParameterizedTest
  @MethodSource("queues")
  void aQueueHasEveryFieldOfItsItems(Golden.Call call) throws Exception {
    server.on(
        MulticastGroupServiceGrpc.getListQueueMethod(),
        request -> answer(call, ListMulticastGroupQueueResponse.parser()));
    Target group = Target.group(call.requestJson().path("multicast_group_id").asText());

    List<QueuedDownlink> queue = get(chirpStack.queue(group));

    JsonNode items = call.messages().get(0).json().path("items");
    assertThat(queue).hasSize(items.size());
    for (int i = 0; i < items.size(); i++) {
      JsonNode item = items.get(i);
      QueuedDownlink downlink = queue.get(i);
      assertThat(downlink.id()).isNull();
      assertThat(downlink.fCntDown()).isEqualTo(item.path("f_cnt").asLong());
      assertThat(downlink.fPort()).isEqualTo(item.path("f_port").asInt());
      assertThat(downlink.data()).isEqualTo(data(item));
      assertThat(downlink.expiresAt()).isEqualTo(instant(item.path("expires_at")));
      assertThat(downlink.confirmed()).isFalse();
      assertThat(downlink.pending()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("groups")
  void theFrameCounterIsThatOfTheGroup(Golden.Call call) throws Exception {
    server.on(
        MulticastGroupServiceGrpc.getGetMethod(),
        request -> answer(call, GetMulticastGroupResponse.parser()));

    assertThat(get(chirpStack.frameCounter(call.requestJson().path("id").asText())))
        .isEqualTo(call.messages().get(0).json().path("multicast_group").path("f_cnt").asLong());
  }

  @Test
  void aFlushIsSentAsRecorded() throws Exception {
    Golden.Call call = of("FlushQueue").findFirst().orElseThrow();
    server.on(
        MulticastGroupServiceGrpc.getFlushQueueMethod(), request -> answer(call, Empty.parser()));

    get(chirpStack.flush(Target.group(call.requestJson().path("multicast_group_id").asText())));

    assertThat(server.requests(MulticastGroupServiceGrpc.getFlushQueueMethod()))
        .containsExactly(FlushMulticastGroupQueueRequest.parseFrom(call.request()));
  }

  private void keyIsAlive() {
    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> ListDeviceProfileAdrAlgorithmsResponse.getDefaultInstance());
  }
}
