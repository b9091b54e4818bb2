package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.ScriptedServer.refused;
import static io.github.chirpconnect.api.grpc.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.proto.v4.CodecRuntime;
import io.github.chirpconnect.proto.v4.Device;
import io.github.chirpconnect.proto.v4.DeviceProfile;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemResponse;
import io.github.chirpconnect.proto.v4.GetDeviceProfileResponse;
import io.github.chirpconnect.proto.v4.GetDeviceQueueItemsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceResponse;
import io.github.chirpconnect.proto.v4.ListDeviceProfileAdrAlgorithmsResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects for devices with and without a codec. */
@Timeout(30)
class CodecsTest {
  private static final String EUI = "0f8f5de9ddc22cb4";
  private static final String OTHER = "0f8f5de9ddc22cb5";
  private static final String PROFILE = "1fcc1803-2600-4d87-a6f7-15ced4558cc0";

  private final AtomicLong nanos = new AtomicLong();
  private final ScriptedServer server = ScriptedServer.current();
  private final ChirpStackV4 chirpStack = new ChirpStackV4(server, PageSizes.DEFAULT, nanos::get);

  CodecsTest() {
    server
        .on(
            DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
            request -> ListDeviceProfileAdrAlgorithmsResponse.getDefaultInstance())
        .on(
            DeviceServiceGrpc.getEnqueueMethod(),
            request -> EnqueueDeviceQueueItemResponse.newBuilder().setId("item-1").build());
    device(false);
    profile(CodecRuntime.JS);
  }

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @Test
  void anObjectWithoutACodecIsRefusedAndNothingIsQueued() {
    profile(CodecRuntime.NONE);

    ApiException failure = failure(chirpStack.enqueue(object(EUI)));

    assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REQUEST);
    assertThat(failure)
        .hasMessage(
            "device "
                + EUI
                + ": its device profile 'valve' has no codec, so that ChirpStack would queue an empty payload for the object;"
                + " give the profile a codec, or send data");
    assertThat(server.count(DeviceServiceGrpc.getEnqueueMethod())).isZero();
  }

  @Test
  void deviceAndProfileAreAskedForOnceInTenMinutes() {
    for (int i = 0; i < 3; i++) {
      assertThat(get(chirpStack.enqueue(object(EUI)))).isEqualTo(new Receipt("item-1", null));
      get(chirpStack.enqueue(object(OTHER)));
    }
    assertAsked(2, 1);

    nanos.addAndGet(Codecs.BELIEVED.toNanos());
    get(chirpStack.enqueue(object(EUI)));
    assertAsked(3, 2);
  }

  @Test
  void aCodecThatSomebodyAddsIsSeenSoon() {
    profile(CodecRuntime.NONE);
    failure(chirpStack.enqueue(object(EUI)));
    profile(CodecRuntime.CAYENNE_LPP);
    failure(chirpStack.enqueue(object(EUI)));
    assertAsked(1, 1);

    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    get(chirpStack.enqueue(object(EUI)));

    assertAsked(1, 2);
  }

  @Test
  void forBytesNobodyAsks() {
    get(
        chirpStack.enqueue(
            new Downlink(Target.device(EUI), 10, false, new byte[] {1}, null, null, null, false)));

    assertAsked(0, 0);
  }

  @Test
  void whatTheKeyMayNotSeeIsReadBackFromTheQueue() {
    server.on(
        DeviceProfileServiceGrpc.getGetMethod(),
        request -> {
          throw refused();
        });
    queue("item-1", ByteString.EMPTY);

    assertThat(get(chirpStack.enqueue(object(EUI))).remark())
        .startsWith(
            "the payload in the queue is empty: either the codec made it so, or the device's profile");
    queue("item-1", ByteString.copyFrom(new byte[] {1}));
    assertThat(get(chirpStack.enqueue(object(EUI))).remark()).isNull();
    queue("item-0", ByteString.EMPTY);
    assertThat(get(chirpStack.enqueue(object(EUI))).remark())
        .startsWith("whether the device's profile has a codec could not be seen");
  }

  @Test
  void anOutageDecidesNothingAndQueuesNothing() {
    server.on(
        DeviceProfileServiceGrpc.getGetMethod(),
        request -> {
          throw status(Status.Code.UNAVAILABLE, "");
        });

    assertThat(failure(chirpStack.enqueue(object(EUI))).kind()).isEqualTo(FailureKind.TRANSIENT);
    assertThat(server.count(DeviceServiceGrpc.getEnqueueMethod())).isZero();

    profile(CodecRuntime.JS);
    get(chirpStack.enqueue(object(EUI)));
    assertAsked(1, 2);
  }

  @Test
  void aDeviceThatIsDisabledIsRemarkedUntilItIsNot() {
    device(true);
    assertThat(get(chirpStack.enqueue(object(EUI))).remark())
        .startsWith("the device is disabled: ");

    device(false);
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(get(chirpStack.enqueue(object(EUI))).remark()).isNull();
  }

  private void device(boolean disabled) {
    server.on(
        DeviceServiceGrpc.getGetMethod(),
        request ->
            GetDeviceResponse.newBuilder()
                .setDevice(Device.newBuilder().setDeviceProfileId(PROFILE).setIsDisabled(disabled))
                .build());
  }

  private void profile(CodecRuntime codec) {
    server.on(
        DeviceProfileServiceGrpc.getGetMethod(),
        request ->
            GetDeviceProfileResponse.newBuilder()
                .setDeviceProfile(
                    DeviceProfile.newBuilder()
                        .setId(request.getId())
                        .setName("valve")
                        .setPayloadCodecRuntime(codec))
                .build());
  }

  private void queue(String id, ByteString data) {
    server.on(
        DeviceServiceGrpc.getGetQueueMethod(),
        request ->
            GetDeviceQueueItemsResponse.newBuilder()
                .addResult(DeviceQueueItem.newBuilder().setId(id).setData(data))
                .build());
  }

  private void assertAsked(int devices, int profiles) {
    assertThat(server.count(DeviceServiceGrpc.getGetMethod())).isEqualTo(devices);
    assertThat(server.count(DeviceProfileServiceGrpc.getGetMethod())).isEqualTo(profiles);
  }

  private static Downlink object(String devEui) {
    return new Downlink(
        Target.device(devEui), 10, false, null, "{\"level\": 7}", null, null, false);
  }

  private static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ApiException failure(CompletionStage<?> stage) {
    ExecutionException e =
        catchThrowableOfType(
            ExecutionException.class, () -> stage.toCompletableFuture().get(20, TimeUnit.SECONDS));
    assertThat(e).isNotNull();
    assertThat(e.getCause()).isNotInstanceOf(CompletionException.class);
    return (ApiException) e.getCause();
  }
}
