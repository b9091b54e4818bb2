package io.github.chirpconnect.api.v3;

import static io.github.chirpconnect.api.grpc.RecordedGroupCalls.answer;
import static io.github.chirpconnect.api.grpc.RecordedGroupCalls.data;
import static io.github.chirpconnect.api.grpc.RecordedGroupCalls.downlink;
import static io.github.chirpconnect.api.grpc.RecordedGroupCalls.failure;
import static io.github.chirpconnect.api.grpc.RecordedGroupCalls.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Empty;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v3.EnqueueMulticastQueueItemRequest;
import io.github.chirpconnect.proto.v3.EnqueueMulticastQueueItemResponse;
import io.github.chirpconnect.proto.v3.FlushMulticastGroupQueueItemsRequest;
import io.github.chirpconnect.proto.v3.GatewayProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.GetMulticastGroupResponse;
import io.github.chirpconnect.proto.v3.ListGatewayProfilesResponse;
import io.github.chirpconnect.proto.v3.ListMulticastGroupQueueItemsResponse;
import io.github.chirpconnect.proto.v3.MulticastGroupServiceGrpc;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Downlinks for multicast groups, as the port has them, against what a v3 server said of them. */
@Timeout(30)
class RecordedGroupsTest {
  private static final String SERVICE = "/api.MulticastGroupService/";

  private final AtomicLong clock = new AtomicLong();
  private final ScriptedServer server = ScriptedServer.v3();
  private final ChirpStackV3 chirpStack = new ChirpStackV3(server, PageSizes.DEFAULT, clock::get);

  @AfterEach
  void close() {
    chirpStack.close();
  }

  static Stream<Golden.Call> enqueues() {
    // The port always sends an item.
    return of("Enqueue").filter(call -> call.requestJson().has("multicast_queue_item"));
  }

  static Stream<Golden.Call> queues() {
    return of("ListQueue");
  }

  static Stream<Golden.Call> flushes() {
    return of("FlushQueue");
  }

  static Stream<Golden.Call> groups() {
    return of("Get");
  }

  private static Stream<Golden.Call> of(String method) {
    List<Golden.Call> calls = Recorded.of(SERVICE + method).toList();
    assertThat(calls).isNotEmpty();
    return calls.stream();
  }

  @ParameterizedTest
  @MethodSource("enqueues")
  void aDownlinkIsSentAsRecordedAndItsAnswerRead(Golden.Call call) throws Exception {
    keyIsAlive();
    server.on(
        MulticastGroupServiceGrpc.getEnqueueMethod(),
        request -> answer(call, EnqueueMulticastQueueItemResponse.parser()));
    server.on(
        MulticastGroupServiceGrpc.getGetMethod(),
        request -> {
          throw ScriptedServer.refused();
        });
    JsonNode item = call.requestJson().path("multicast_queue_item");

    CompletionStage<Receipt> enqueued = chirpStack.enqueue(downlink(item));

    if (call.code().equals("OK")) {
      assertThat(get(enqueued).queueItemId()).isNull();
      assertThat(get(enqueued).fCntDown())
          .isEqualTo(call.messages().get(0).json().path("f_cnt").asLong());
    } else {
      assertRefused(call, enqueued);
    }
    EnqueueMulticastQueueItemRequest.Builder recorded =
        EnqueueMulticastQueueItemRequest.parseFrom(call.request()).toBuilder();
    // One that was sent was ignored: the server gives the counter.
    recorded.getMulticastQueueItemBuilder().clearFCnt();
    assertThat(server.requests(MulticastGroupServiceGrpc.getEnqueueMethod()).get(0))
        .isEqualTo(recorded.build());
  }

  private static void assertRefused(Golden.Call call, CompletionStage<?> stage) throws Exception {
    ApiException failure = failure(stage);
    assertThat(failure.kind()).isEqualTo(expected(call));
    if (call.credential().equals("application-key")) {
      assertThat(failure)
          .hasMessageContaining("an application's key may not use multicast groups at all");
    }
  }

  private static FailureKind expected(Golden.Call call) {
    boolean unknown = call.name().endsWith("-unknown-group") || call.code().equals("NOT_FOUND");
    return unknown || call.code().equals("UNAUTHENTICATED")
        ? FailureKind.NOT_PERMITTED
        : FailureKind.BAD_REQUEST;
  }

  @ParameterizedTest
  @MethodSource("queues")
  void aQueueHasEveryFieldOfItsItems(Golden.Call call) throws Exception {
    keyIsAlive();
    server.on(
        MulticastGroupServiceGrpc.getListQueueMethod(),
        request -> answer(call, ListMulticastGroupQueueItemsResponse.parser()));
    Target group = Target.group(call.requestJson().path("multicast_group_id").asText());

    if (!call.code().equals("OK")) {
      assertRefused(call, chirpStack.queue(group));
      return;
    }
    List<QueuedDownlink> queue = get(chirpStack.queue(group));

    JsonNode items = call.messages().get(0).json().path("multicast_queue_items");
    assertThat(queue).hasSize(items.size());
    for (int i = 0; i < items.size(); i++) {
      JsonNode item = items.get(i);
      QueuedDownlink downlink = queue.get(i);
      assertThat(downlink.id()).isNull();
      assertThat(downlink.fCntDown()).isEqualTo(item.path("f_cnt").asLong());
      assertThat(downlink.fPort()).isEqualTo(item.path("f_port").asInt());
      assertThat(downlink.data()).isEqualTo(data(item));
      assertThat(downlink.expiresAt()).isNull();
      assertThat(downlink.confirmed()).isFalse();
      assertThat(downlink.pending()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("groups")
  void theFrameCounterIsThatOfTheGroup(Golden.Call call) throws Exception {
    keyIsAlive();
    server.on(
        MulticastGroupServiceGrpc.getGetMethod(),
        request -> answer(call, GetMulticastGroupResponse.parser()));
    String groupId = call.requestJson().path("id").asText();

    if (!call.code().equals("OK")) {
      assertRefused(call, chirpStack.frameCounter(groupId));
      return;
    }
    assertThat(get(chirpStack.frameCounter(groupId)))
        .isEqualTo(call.messages().get(0).json().path("multicast_group").path("f_cnt").asLong());
  }

  @ParameterizedTest
  @MethodSource("flushes")
  void aFlushIsSentAsRecorded(Golden.Call call) throws Exception {
    keyIsAlive();
    server.on(
        MulticastGroupServiceGrpc.getFlushQueueMethod(), request -> answer(call, Empty.parser()));
    server.on(
        MulticastGroupServiceGrpc.getGetMethod(),
        request -> {
          throw ScriptedServer.refused();
        });

    CompletionStage<Void> flushed =
        chirpStack.flush(Target.group(call.requestJson().path("multicast_group_id").asText()));

    if (call.code().equals("OK")) {
      get(flushed);
    } else {
      assertRefused(call, flushed);
    }
    assertThat(server.requests(MulticastGroupServiceGrpc.getFlushQueueMethod()))
        .containsExactly(FlushMulticastGroupQueueItemsRequest.parseFrom(call.request()));
  }

  private void keyIsAlive() {
    server.on(
        GatewayProfileServiceGrpc.getListMethod(),
        request -> ListGatewayProfilesResponse.getDefaultInstance());
  }
}
