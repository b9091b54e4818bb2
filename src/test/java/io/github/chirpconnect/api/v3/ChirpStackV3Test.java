package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.proto.v3.Device;
import io.github.chirpconnect.proto.v3.DeviceQueueServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.EnqueueDeviceQueueItemResponse;
import io.github.chirpconnect.proto.v3.GatewayProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.GetDeviceResponse;
import io.github.chirpconnect.proto.v3.ListDeviceQueueItemsResponse;
import io.github.chirpconnect.proto.v3.ListGatewayProfilesResponse;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ChirpStackV3Test {
  private static final String EUI = "0102030405060708";
  private static final Downlink DOWNLINK =
      new Downlink(Target.device(EUI), 10, true, new byte[] {1, 2}, null, null, null, false);

  private final ScriptedServer server = ScriptedServer.v3();
  private final AtomicLong nanos = new AtomicLong();
  private final ChirpStackV3 chirpStack = new ChirpStackV3(server, PageSizes.DEFAULT, nanos::get);

  ChirpStackV3Test() {
    server
        .on(
            GatewayProfileServiceGrpc.getListMethod(),
            request -> ListGatewayProfilesResponse.getDefaultInstance())
        .on(
            DeviceServiceGrpc.getGetMethod(),
            request ->
                GetDeviceResponse.newBuilder()
                    .setLastSeenAt(Timestamp.newBuilder().setSeconds(1_795_521_743L))
                    .build())
        .on(
            DeviceQueueServiceGrpc.getEnqueueMethod(),
            request -> EnqueueDeviceQueueItemResponse.newBuilder().setFCnt(7).build());
  }

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @Test
  void aDownlinkIsQueuedAndItsReceiptIsAFrameCounter() throws Exception {
    assertThat(get(chirpStack.enqueue(DOWNLINK))).isEqualTo(new Receipt(null, 7L));

    assertThat(server.requests(DeviceQueueServiceGrpc.getEnqueueMethod()))
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.getDeviceQueueItem().getDevEui()).isEqualTo(EUI);
              assertThat(request.getDeviceQueueItem().getFPort()).isEqualTo(10);
              assertThat(request.getDeviceQueueItem().getConfirmed()).isTrue();
              assertThat(request.getDeviceQueueItem().getData().toByteArray())
                  .isEqualTo(new byte[] {1, 2});
            });
  }

  @Test
  void aDeviceThatWasNeverHeardWouldGetGarbage() {
    server.on(DeviceServiceGrpc.getGetMethod(), request -> GetDeviceResponse.getDefaultInstance());

    ApiException failure = failure(chirpStack.enqueue(DOWNLINK));

    assertThat(failure.kind()).isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(failure).hasMessageContaining("has not sent an uplink yet");
    assertThat(server.count(DeviceQueueServiceGrpc.getEnqueueMethod())).isZero();
  }

  @Test
  void aDeviceIsLookedUpOnceInTenMinutes() throws Exception {
    get(chirpStack.enqueue(DOWNLINK));
    get(chirpStack.enqueue(DOWNLINK));
    assertThat(server.count(DeviceServiceGrpc.getGetMethod())).isEqualTo(1);

    nanos.addAndGet(Duration.ofMinutes(10).toNanos());
    get(chirpStack.enqueue(DOWNLINK));
    assertThat(server.count(DeviceServiceGrpc.getGetMethod())).isEqualTo(2);
  }

  @Test
  void aDeviceThatIsDisabledIsRemarkedUntilItIsNot() throws Exception {
    server.on(DeviceServiceGrpc.getGetMethod(), request -> heard(true));
    assertThat(get(chirpStack.enqueue(DOWNLINK)).remark()).startsWith("the device is disabled: ");

    server.on(DeviceServiceGrpc.getGetMethod(), request -> heard(false));
    assertThat(get(chirpStack.enqueue(DOWNLINK)).remark()).isNull();
  }

  private static GetDeviceResponse heard(boolean disabled) {
    return GetDeviceResponse.newBuilder()
        .setDevice(Device.newBuilder().setIsDisabled(disabled))
        .setLastSeenAt(Timestamp.newBuilder().setSeconds(1_795_521_743L))
        .build();
  }

  @Test
  void anObjectWithoutACodecIsRefusedByTheServer() {
    server.on(
        DeviceQueueServiceGrpc.getEnqueueMethod(),
        request -> {
          throw ScriptedServer.status(Status.Code.UNKNOWN, "unknown codec type: ");
        });

    ApiException failure =
        failure(
            chirpStack.enqueue(
                new Downlink(Target.device(EUI), 10, false, null, "{}", null, null, false)));

    assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REQUEST);
    assertThat(failure)
        .hasMessageContaining("neither its device profile nor its application has a codec");
  }

  @Test
  void whatTheServerWouldIgnoreIsRefused() throws Exception {
    for (Feature feature : Feature.values()) {
      assertThat(get(chirpStack.supports(feature))).isFalse();
    }
    for (Downlink more :
        new Downlink[] {
          new Downlink(
              Target.device(EUI), 10, false, new byte[1], null, Instant.EPOCH, null, false),
          new Downlink(Target.device(EUI), 10, false, new byte[1], null, null, 3L, false),
          new Downlink(Target.device(EUI), 10, false, new byte[1], null, null, null, true),
        }) {
      assertThat(failure(chirpStack.enqueue(more)).kind()).isEqualTo(FailureKind.BAD_REQUEST);
    }
    assertThat(server.received).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[1]", "3", "{\"a\":", "{} {}", ""})
  void anObjectForTheCodecIsAnObject(String json) {
    Downlink downlink = new Downlink(Target.device(EUI), 10, false, null, json, null, null, false);

    assertThat(failure(chirpStack.enqueue(downlink)).kind()).isEqualTo(FailureKind.BAD_REQUEST);
    assertThat(server.received).isEmpty();
  }

  @Test
  void aRefusedCommandIsNotPermittedWhenTheKeyIsAlive() {
    server
        .on(DeviceQueueServiceGrpc.getEnqueueMethod(), request -> refuse("not authorized"))
        .on(DeviceQueueServiceGrpc.getListMethod(), request -> refuse("not authorized"));

    assertThat(failure(chirpStack.enqueue(DOWNLINK)).kind()).isEqualTo(FailureKind.NOT_PERMITTED);
  }

  @Test
  void aKeyThatWasReplacedMeanwhileIsTriedAgain() {
    server
        .on(
            DeviceQueueServiceGrpc.getEnqueueMethod(),
            request -> refuse("jwt parse error: signature is invalid"))
        .on(
            DeviceQueueServiceGrpc.getListMethod(),
            request -> ListDeviceQueueItemsResponse.getDefaultInstance());

    assertThat(failure(chirpStack.enqueue(DOWNLINK)).kind()).isEqualTo(FailureKind.TRANSIENT);
  }

  @Test
  void aDeadKeyIsTold() {
    server
        .on(DeviceQueueServiceGrpc.getFlushMethod(), request -> refuse("not authorized"))
        .on(GatewayProfileServiceGrpc.getListMethod(), request -> refuse("not authorized"));

    assertThat(failure(chirpStack.flush(Target.device(EUI))).kind())
        .isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(server.refusedTokens).hasValue(2);
  }

  @Test
  void aDatabaseThatIsDownRefusesNoKey() {
    server.on(
        GatewayProfileServiceGrpc.getListMethod(),
        request -> refuse("validator func error: select error: dial tcp: connection refused"));
    server.on(DeviceQueueServiceGrpc.getListMethod(), request -> refuse("not authorized"));

    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.TRANSIENT);
    assertThat(failure(chirpStack.queue(Target.device(EUI))).kind())
        .isEqualTo(FailureKind.TRANSIENT);
    assertThat(server.refusedTokens).hasValue(0);
  }

  private static <A> A refuse(String reason) {
    throw ScriptedServer.status(Status.Code.UNAUTHENTICATED, "authentication failed: " + reason);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static ApiException failure(CompletionStage<?> stage) {
    return (ApiException)
        catchThrowableOfType(ExecutionException.class, () -> get(stage)).getCause();
  }
}
