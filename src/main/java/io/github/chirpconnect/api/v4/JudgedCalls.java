package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.Answers.callFailure;
import static java.util.concurrent.CompletableFuture.completedFuture;

import com.google.protobuf.Empty;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.grpc.AbstractJudgedCalls;
import io.github.chirpconnect.api.grpc.CallFailure;
import io.github.chirpconnect.api.grpc.Judgement;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.api.grpc.Verdict;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.GetDeviceRequest;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Asks
 *
 * <ul>
 *   <li>is the key alive: {@code ListAdrAlgorithms}, which any live key may call;
 *   <li>may it write to this device: {@code Enqueue} with port 0, which ChirpStack refuses as
 *       invalid, but not before it has checked the rights;
 *   <li>may it see this device: {@code Get}.
 * </ul>
 */
final class JudgedCalls extends AbstractJudgedCalls {

  /**
   * @param tokenRefused run each time the server was found not to accept the token
   */
  JudgedCalls(UnaryCalls calls, Runnable tokenRefused) {
    super(
        calls,
        tokenRefused,
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        Empty.getDefaultInstance());
  }

  /** What the end of a device's stream means. */
  CompletableFuture<ApiException> endOfStream(Operation operation, CallFailure end) {
    return endOfStream(operation, end, Failures.judgeEnd(operation, end));
  }

  @Override
  protected Judgement judge(Operation operation, CallFailure failure) {
    return Failures.judge(operation, failure);
  }

  /** The server is well enough if it looks up the device, and refuses port 0. */
  @Override
  protected CompletableFuture<Verdict> further(Operation operation, Judgement judgement) {
    AskCodec codec = (AskCodec) judgement;
    return portZero(operation)
        .handle(
            (queued, e) ->
                e != null && isInvalid(callFailure(e)) ? codec.ifCodec() : codec.ifOutage());
  }

  @Override
  protected CompletableFuture<Verdict> ofWriteAccess(Operation operation) {
    return portZero(operation)
        .handle(
            (queued, e) -> {
              CallFailure failure = callFailure(e);
              if (failure == null || isInvalid(failure)) {
                return completedFuture(Failures.permittedByNow(operation));
              }
              return failure.refused()
                  ? ofVisibility(operation, Failures.readOnly())
                  : completedFuture(ofQuestion(question(operation), failure));
            })
        .thenCompose(Function.identity());
  }

  @Override
  protected CompletableFuture<Verdict> ofStreamAccess(Operation operation) {
    return ofVisibility(operation, Failures.permittedByNow(operation));
  }

  @Override
  protected Verdict ofDeadKey(Status probe) {
    return Failures.tokenRefused(probe);
  }

  @Override
  protected Verdict notPermitted(Operation operation) {
    return Failures.notPermitted(operation);
  }

  private CompletableFuture<Verdict> ofVisibility(Operation operation, Verdict ifVisible) {
    return ask(
            DeviceServiceGrpc.getGetMethod(),
            GetDeviceRequest.newBuilder().setDevEui(operation.devEui()).build())
        .handle(
            (device, e) -> e == null ? ifVisible : ofQuestion(question(operation), callFailure(e)));
  }

  private CompletableFuture<?> portZero(Operation operation) {
    return ask(
        DeviceServiceGrpc.getEnqueueMethod(),
        EnqueueDeviceQueueItemRequest.newBuilder()
            .setQueueItem(DeviceQueueItem.newBuilder().setDevEui(operation.devEui()))
            .build());
  }

  private static boolean isInvalid(CallFailure failure) {
    return failure.status().getCode() == Status.Code.INVALID_ARGUMENT;
  }

  private static Operation question(Operation operation) {
    return Operation.readDevice(operation.devEui());
  }
}
