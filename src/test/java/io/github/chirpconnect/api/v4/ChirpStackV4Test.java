package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.ScriptedServer.refused;
import static io.github.chirpconnect.api.grpc.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemResponse;
import io.github.chirpconnect.proto.v4.GetDeviceQueueItemsRequest;
import io.github.chirpconnect.proto.v4.GetDeviceQueueItemsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceResponse;
import io.github.chirpconnect.proto.v4.ListDeviceProfileAdrAlgorithmsResponse;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChirpStackV4Test {
  private static final String EUI = "0f8f5de9ddc22cb4";
  private static final Downlink DOWNLINK =
      new Downlink(Target.device(EUI), 10, false, new byte[] {1, 2}, null, null, null, false);
  private static final Downlink OBJECT =
      new Downlink(Target.device(EUI), 10, false, null, "{\"level\": 7}", null, null, false);

  private final AtomicLong clock = new AtomicLong();
  private final ScriptedServer server = ScriptedServer.current();
  private final ChirpStackV4 chirpStack = new ChirpStackV4(server, PageSizes.DEFAULT, clock::get);

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @Test
  void aDownlinkIsSentWithAllItSays() {
    onEnqueue(request -> EnqueueDeviceQueueItemResponse.newBuilder().setId("item-1").build());
    Instant expiry = Instant.parse("2026-11-24T12:52:17.803000001Z");
    Downlink downlink =
        new Downlink(
            Target.device(EUI), 223, true, new byte[] {1, 2}, null, expiry, 4_000_000_000L, true);

    Receipt receipt = get(chirpStack.enqueue(downlink));

    assertThat(receipt).isEqualTo(new Receipt("item-1", null));
    EnqueueDeviceQueueItemRequest request = sent().get(0);
    assertThat(request.getFlushQueue()).isTrue();
    DeviceQueueItem item = request.getQueueItem();
    assertThat(item.getDevEui()).isEqualTo(EUI);
    assertThat(item.getFPort()).isEqualTo(223);
    assertThat(item.getConfirmed()).isTrue();
    assertThat(item.getData()).isEqualTo(ByteString.copyFrom(new byte[] {1, 2}));
    assertThat(item.hasObject()).isFalse();
    assertThat(item.getIsEncrypted()).isTrue();
    assertThat(Integer.toUnsignedLong(item.getFCntDown())).isEqualTo(4_000_000_000L);
    assertThat(
            Instant.ofEpochSecond(item.getExpiresAt().getSeconds(), item.getExpiresAt().getNanos()))
        .isEqualTo(expiry);
  }

  @Test
  void anObjectIsSentForTheCodecAndNothingElseIsSet() {
    onEnqueue(request -> EnqueueDeviceQueueItemResponse.newBuilder().setId("item-1").build());
    Downlink downlink =
        new Downlink(
            Target.device(EUI),
            3,
            false,
            null,
            "{\"level\": 7.5, \"on\": true, \"a\": [null, {\"b\": \"é\"}]}",
            null,
            null,
            false);

    get(chirpStack.enqueue(downlink));

    DeviceQueueItem item = sent().get(0).getQueueItem();
    assertThat(item.getObject().getFieldsOrThrow("level").getNumberValue()).isEqualTo(7.5);
    assertThat(item.getObject().getFieldsOrThrow("on").getBoolValue()).isTrue();
    assertThat(
            item.getObject()
                .getFieldsOrThrow("a")
                .getListValue()
                .getValues(1)
                .getStructValue()
                .getFieldsOrThrow("b")
                .getStringValue())
        .isEqualTo("é");
    assertThat(item.getData()).isEqualTo(ByteString.EMPTY);
    assertThat(item.hasExpiresAt()).isFalse();
    assertThat(item.getIsEncrypted()).isFalse();
  }

  @Test
  void anObjectThatIsNoneIsNotSent() {
    Downlink downlink =
        new Downlink(Target.device(EUI), 3, false, null, "[1, 2]", null, null, false);

    ApiException failure = failure(chirpStack.enqueue(downlink));

    assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REQUEST);
    assertThat(server.received).isEmpty();
  }

  @Test
  void whoWatchesTheStageSeesTheFailureItself() {
    onEnqueue(
        request -> {
          throw status(
              Status.Code.INVALID_ARGUMENT, "Validation error: FPort must be between 1 - 255");
        });
    AtomicReference<Throwable> seen = new AtomicReference<>();

    CompletionStage<Receipt> stage =
        chirpStack.enqueue(DOWNLINK).whenComplete((receipt, failure) -> seen.set(failure));

    failure(stage);
    assertThat(seen.get()).isInstanceOf(ApiException.class);
    assertThat(((ApiException) seen.get()).kind()).isEqualTo(FailureKind.BAD_REQUEST);
  }

  /** As a proxy passes on the first error of a connection. */
  @Test
  void aQuestionWhoseRefusalGotLostIsAskedAgain() {
    AtomicInteger asked = new AtomicInteger();
    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> {
          throw asked.incrementAndGet() == 1
              ? lostRefusal()
              : status(Status.Code.UNAUTHENTICATED, "InvalidSignature");
        });

    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(asked).hasValue(2);
  }

  @Test
  void aQuestionWhoseAnswerNeverComesWholeIsAnOutage() {
    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> {
          throw lostRefusal();
        });

    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.TRANSIENT);
    assertThat(server.count(DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod())).isEqualTo(3);
  }

  @Test
  void aCommandWhoseRefusalGotLostIsNeverSentAgainAndIsRefusedWhereTheDeviceIsUnknown() {
    AtomicInteger sent = new AtomicInteger();
    onEnqueue(
        request -> {
          if (request.getQueueItem().getFPort() == 0) {
            throw status(
                Status.Code.INVALID_ARGUMENT, "Validation error: FPort must be between 1 - 255");
          }
          sent.incrementAndGet();
          throw lostRefusal();
        });
    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> ListDeviceProfileAdrAlgorithmsResponse.getDefaultInstance());
    server.on(
        DeviceServiceGrpc.getGetMethod(),
        request -> {
          throw status(Status.Code.NOT_FOUND, "Object does not exist (id: " + EUI + ")");
        });

    assertThat(failure(chirpStack.enqueue(DOWNLINK)).kind()).isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(sent).hasValue(1);

    server.on(DeviceServiceGrpc.getGetMethod(), request -> GetDeviceResponse.getDefaultInstance());
    assertThat(failure(chirpStack.enqueue(DOWNLINK)).kind()).isEqualTo(FailureKind.IN_DOUBT);
    assertThat(failure(chirpStack.enqueue(OBJECT)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.IN_DOUBT))
        .hasMessageNotContaining("codec");
  }

  private static RuntimeException lostRefusal() {
    return status(Status.Code.INTERNAL, "Received unexpected EOS on empty DATA frame from server");
  }

  @Test
  void aDeadKeyIsToldFromTheProbeAndTheTokenIsReadAgain() {
    onEnqueue(
        request -> {
          throw refused();
        });
    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> {
          throw status(Status.Code.UNAUTHENTICATED, "InvalidSignature");
        });

    ApiException failure = failure(chirpStack.enqueue(DOWNLINK));

    assertThat(failure.kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(failure).hasMessageContaining("made by another server");
    assertThat(server.refusedTokens).hasValue(1);
  }

  @Test
  void aReadOnlyKeyIsToldByADeviceItSeesButMayNotWriteTo() {
    keyIsAlive();
    onEnqueue(
        request -> {
          throw refused();
        });
    server.on(DeviceServiceGrpc.getGetMethod(), request -> GetDeviceResponse.getDefaultInstance());

    ApiException failure = failure(chirpStack.enqueue(DOWNLINK));

    assertThat(failure.kind()).isEqualTo(FailureKind.READ_ONLY);
    // The second one is the question: port 0, which no server queues.
    assertThat(sent()).hasSize(2);
    assertThat(sent().get(1).getQueueItem().getFPort()).isZero();
    assertThat(sent().get(1).getFlushQueue()).isFalse();
    assertThat(failure(chirpStack.flush(Target.device(EUI))).kind()).isNotNull();
  }

  @Test
  void somebodyElsesDeviceIsToldByThatItCannotBeSeen() {
    keyIsAlive();
    onEnqueue(
        request -> {
          throw refused();
        });
    server.on(
        DeviceServiceGrpc.getGetMethod(),
        request -> {
          throw refused();
        });

    ApiException failure = failure(chirpStack.enqueue(DOWNLINK));

    assertThat(failure.kind()).isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(failure).hasMessageContaining(EUI);
    assertThat(server.refusedTokens).hasValue(0);
  }

  @Test
  void aReadOnlyKeyAndADeviceThatDoesNotExistIsNoReasonToStop() {
    keyIsAlive();
    onEnqueue(
        request -> {
          throw refused();
        });
    server.on(
        DeviceServiceGrpc.getGetMethod(),
        request -> {
          throw status(Status.Code.NOT_FOUND, "Object does not exist (id: " + EUI + ")");
        });

    assertThat(failure(chirpStack.enqueue(DOWNLINK)).kind()).isEqualTo(FailureKind.NOT_PERMITTED);
  }

  @Test
  void aKeyThatWasReplacedMeanwhileIsTriedAgain() {
    keyIsAlive();
    AtomicInteger calls = new AtomicInteger();
    onEnqueue(
        request -> {
          if (calls.getAndIncrement() == 0) {
            throw refused();
          }
          throw status(
              Status.Code.INVALID_ARGUMENT, "Validation error: FPort must be between 1 - 255");
        });

    assertThat(failure(chirpStack.enqueue(DOWNLINK)).kind()).isEqualTo(FailureKind.TRANSIENT);
  }

  @Test
  void aProbeThatGetsNoAnswerDecidesNothing() {
    onEnqueue(
        request -> {
          throw refused();
        });
    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> {
          throw status(Status.Code.INTERNAL, "");
        });

    ApiException failure = failure(chirpStack.enqueue(DOWNLINK));

    // Refused is refused: the command was not carried out, whatever happens to the question.
    assertThat(failure.kind()).isEqualTo(FailureKind.TRANSIENT);
    assertThat(server.refusedTokens).hasValue(0);
  }

  @Test
  void aCodecErrorIsToldFromAnOutageByAskingWithoutAnObject() {
    AtomicInteger databaseDown = new AtomicInteger();
    onEnqueue(
        request -> {
          if (request.getQueueItem().hasObject() || databaseDown.get() == 1) {
            throw status(Status.Code.INTERNAL, "odd text");
          }
          throw status(
              Status.Code.INVALID_ARGUMENT, "Validation error: FPort must be between 1 - 255");
        });

    assertThat(failure(chirpStack.enqueue(OBJECT)).kind()).isEqualTo(FailureKind.BAD_REQUEST);
    databaseDown.set(1);
    assertThat(failure(chirpStack.enqueue(OBJECT)).kind()).isEqualTo(FailureKind.IN_DOUBT);
  }

  @Test
  void aReadThatIsRefusedWithALiveKeyIsRepeatedOnce() {
    keyIsAlive();
    AtomicInteger calls = new AtomicInteger();
    server.on(
        DeviceServiceGrpc.getGetQueueMethod(),
        request -> {
          if (calls.getAndIncrement() == 0) {
            throw refused();
          }
          return GetDeviceQueueItemsResponse.getDefaultInstance();
        });
    assertThat(get(chirpStack.queue(Target.device(EUI)))).isEmpty();

    server.on(
        DeviceServiceGrpc.getGetQueueMethod(),
        request -> {
          throw refused();
        });
    assertThat(failure(chirpStack.queue(Target.device(EUI))).kind())
        .isEqualTo(FailureKind.NOT_PERMITTED);
  }

  @Test
  void aThousandRefusalsAtOnceAskAboutTheKeyTwiceAtMostWhileItIsAsked() throws Exception {
    java.util.concurrent.CountDownLatch all = new java.util.concurrent.CountDownLatch(200);
    server.on(
        DeviceServiceGrpc.getGetQueueMethod(),
        request -> {
          all.countDown();
          throw refused();
        });
    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> {
          awaitLatch(all);
          throw refused();
        });

    List<CompletionStage<?>> calls =
        IntStream.range(0, 200)
            .<CompletionStage<?>>mapToObj(i -> chirpStack.queue(Target.device(EUI)))
            .toList();

    calls.forEach(call -> assertThat(failure(call).kind()).isEqualTo(FailureKind.TOKEN_REFUSED));
    // The last refusals may reach the client after the first answer did.
    assertThat(server.count(DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod())).isLessThan(50);
  }

  @Test
  void aQueueIsReadInItsOrder() {
    server.on(
        DeviceServiceGrpc.getGetQueueMethod(),
        (GetDeviceQueueItemsRequest request) ->
            GetDeviceQueueItemsResponse.newBuilder()
                .setTotalCount(2)
                .addResult(
                    DeviceQueueItem.newBuilder()
                        .setId("a")
                        .setFPort(1)
                        .setConfirmed(true)
                        .setIsPending(true)
                        .setFCntDown(7)
                        .setData(ByteString.copyFrom("x", StandardCharsets.UTF_8))
                        .setExpiresAt(Timestamp.newBuilder().setSeconds(5).setNanos(6)))
                .addResult(DeviceQueueItem.newBuilder().setId("b").setFPort(2))
                .build());

    var queue = get(chirpStack.queue(Target.device(EUI)));

    assertThat(queue).extracting("id").containsExactly("a", "b");
    assertThat(queue.get(0).pending()).isTrue();
    assertThat(queue.get(0).fCntDown()).isEqualTo(7L);
    assertThat(queue.get(0).data()).isEqualTo(new byte[] {'x'});
    assertThat(queue.get(0).expiresAt()).isEqualTo(Instant.ofEpochSecond(5, 6));
    assertThat(queue.get(1).fCntDown()).isNull();
    assertThat(queue.get(1).expiresAt()).isNull();
  }

  @Test
  void aFlushIsAFlush() {
    server.on(DeviceServiceGrpc.getFlushQueueMethod(), request -> Empty.getDefaultInstance());

    get(chirpStack.flush(Target.device(EUI)));

    assertThat(server.requests(DeviceServiceGrpc.getFlushQueueMethod()))
        .singleElement()
        .satisfies(request -> assertThat(request.getDevEui()).isEqualTo(EUI));
  }

  /** An admin's key hears OK from the server. */
  @Test
  void aFlushOfADeviceThatDoesNotExistIsRefused() {
    server.on(DeviceServiceGrpc.getFlushQueueMethod(), request -> Empty.getDefaultInstance());
    server.on(
        DeviceServiceGrpc.getGetMethod(),
        request -> {
          throw status(Status.Code.NOT_FOUND, "Object does not exist (id: " + EUI + ")");
        });

    ApiException failure = failure(chirpStack.flush(Target.device(EUI)));

    assertThat(failure.kind()).isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(failure)
        .hasMessage(
            "device "
                + EUI
                + ": no such object (NOT_FOUND: Object does not exist (id: "
                + EUI
                + "))");
    assertThat(server.count(DeviceServiceGrpc.getFlushQueueMethod())).isZero();
  }

  @Test
  void aDeviceIsAskedForOnceInTenMinutesBeforeItsQueueIsFlushed() {
    server.on(DeviceServiceGrpc.getFlushQueueMethod(), request -> Empty.getDefaultInstance());
    server.on(DeviceServiceGrpc.getGetMethod(), request -> GetDeviceResponse.getDefaultInstance());

    get(chirpStack.flush(Target.device(EUI)));
    get(chirpStack.flush(Target.device(EUI)));

    assertThat(server.count(DeviceServiceGrpc.getFlushQueueMethod())).isEqualTo(2);
    assertThat(server.count(DeviceServiceGrpc.getGetMethod())).isEqualTo(1);
  }

  @Test
  void theStateOfADeviceHasItsClass() {
    server.on(
        DeviceServiceGrpc.getGetMethod(),
        request ->
            GetDeviceResponse.newBuilder()
                .setClassEnabled(DeviceClass.CLASS_C)
                .setLastSeenAt(Timestamp.newBuilder().setSeconds(1).setNanos(2))
                .build());

    assertThat(get(chirpStack.state(EUI)))
        .isEqualTo(new DeviceState(Instant.ofEpochSecond(1, 2), "CLASS_C"));
  }

  @Test
  void theStateOfAnUnknownDeviceIsNotPermitted() {
    server.on(
        DeviceServiceGrpc.getGetMethod(),
        request -> {
          throw status(Status.Code.NOT_FOUND, "Object does not exist (id: " + EUI + ")");
        });

    assertThat(failure(chirpStack.state(EUI)).kind()).isEqualTo(FailureKind.NOT_PERMITTED);
  }

  @Test
  void theProbeTellsALiveKeyADeadOneAndAnotherServer() {
    keyIsAlive();
    get(chirpStack.probe());

    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> {
          throw refused();
        });
    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.TOKEN_REFUSED);

    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> {
          throw status(
              Status.Code.UNIMPLEMENTED,
              "unknown method ListAdrAlgorithms for service api.DeviceProfileService");
        });
    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.WRONG_SERVER);
  }

  @Test
  void whatWasSentWhenTheClientIsClosedIsInDoubt() {
    onEnqueue(request -> null);
    CompletionStage<Receipt> stage = chirpStack.enqueue(DOWNLINK);
    org.awaitility.Awaitility.await().until(() -> !server.received.isEmpty());

    chirpStack.close();

    assertThat(failure(stage).kind()).isEqualTo(FailureKind.IN_DOUBT);
    assertThat(failure(chirpStack.enqueue(DOWNLINK)).kind()).isEqualTo(FailureKind.TRANSIENT);
  }

  private void keyIsAlive() {
    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> ListDeviceProfileAdrAlgorithmsResponse.getDefaultInstance());
  }

  private void onEnqueue(
      java.util.function.Function<EnqueueDeviceQueueItemRequest, Message> answer) {
    server.on(DeviceServiceGrpc.getEnqueueMethod(), answer::apply);
  }

  private List<EnqueueDeviceQueueItemRequest> sent() {
    return server.requests(DeviceServiceGrpc.getEnqueueMethod());
  }

  private static void awaitLatch(java.util.concurrent.CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ApiException failure(CompletionStage<?> stage) {
    Throwable thrown =
        catchThrowableOfType(
            ExecutionException.class, () -> stage.toCompletableFuture().get(10, TimeUnit.SECONDS));
    assertThat(thrown).as("a failure").isNotNull();
    Throwable cause =
        thrown.getCause() instanceof CompletionException
            ? thrown.getCause().getCause()
            : thrown.getCause();
    assertThat(cause).isInstanceOf(ApiException.class);
    return (ApiException) cause;
  }
}
