package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.Futures.callFailure;
import static java.util.concurrent.CompletableFuture.completedFuture;

import com.google.protobuf.Empty;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.AbstractClassifiedCalls;
import io.github.chirpconnect.api.grpc.Classification;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.api.grpc.Verdict;
import io.github.chirpconnect.common.StageFailure;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.EnqueueMulticastGroupQueueItemRequest;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GetDeviceRequest;
import io.github.chirpconnect.proto.v4.GetGatewayRequest;
import io.github.chirpconnect.proto.v4.GetMulticastGroupRequest;
import io.github.chirpconnect.proto.v4.ListTenantsRequest;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Checks
 *
 * <ul>
 *   <li>whether the key is valid: {@code ListAdrAlgorithms}, which every valid key may call;
 *   <li>whether it may write to this device or multicast group: {@code Enqueue} with port 0, which
 *       ChirpStack refuses as invalid, but only after it has checked the rights;
 *   <li>whether it may see this device, gateway or group: {@code Get}.
 * </ul>
 */
final class ClassifiedCalls extends AbstractClassifiedCalls {
  private static final Operation THE_KEY = Operation.read(Subject.of(Subject.Type.TOKEN));
  private static final String NOBODY = "0000000000000000";

  /**
   * @param tokenRefused run each time the server was found to refuse the token
   */
  ClassifiedCalls(UnaryCalls calls, Runnable tokenRefused) {
    super(
        calls,
        tokenRefused,
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        Empty.getDefaultInstance());
  }

  /** Classifies the end of the stream of a device or gateway. */
  CompletableFuture<ApiException> endOfStream(Operation operation, RpcFailure end) {
    return endOfStream(operation, end, ErrorClassifier.judgeEnd(operation, end));
  }

  @Override
  protected Classification judge(Operation operation, RpcFailure failure) {
    return ErrorClassifier.judge(operation, failure);
  }

  /** If the server looks up the device and refuses port 0, it works. */
  @Override
  protected CompletableFuture<Verdict> further(Operation operation, Classification classification) {
    NeedsCodecProbe codec = (NeedsCodecProbe) classification;
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
              RpcFailure failure = callFailure(e);
              if (failure == null || isInvalid(failure)) {
                return completedFuture(ErrorClassifier.permittedByNow(operation));
              }
              return failure.refused()
                  ? ofVisibility(operation, ErrorClassifier.readOnly())
                  : completedFuture(ofQuestion(question(operation), failure));
            })
        .thenCompose(Function.identity());
  }

  @Override
  protected CompletableFuture<Verdict> ofStreamAccess(Operation operation) {
    return ofVisibility(operation, ErrorClassifier.permittedByNow(operation));
  }

  @Override
  protected Verdict ofDeadKey(Status probe) {
    return ErrorClassifier.tokenRefused(probe);
  }

  @Override
  protected Verdict notPermitted(Operation operation) {
    return ErrorClassifier.notPermitted(operation);
  }

  /**
   * Checks whether the key may queue downlinks at all. An admin key has the same rights for every
   * device, existing or not; so if it is refused a downlink on port 0 and can still list tenants,
   * it is read-only. The rights of a tenant's key show only with a device of the tenant.
   */
  CompletableFuture<Void> probeWriting() {
    CompletableFuture<Void> result = new CompletableFuture<>();
    call(THE_KEY, DeviceServiceGrpc.getEnqueueMethod(), portZero(NOBODY))
        .whenComplete(
            (queued, e) -> {
              FailureKind kind = kind(e);
              if (kind == FailureKind.NOT_PERMITTED) {
                failIfAdmin(result);
              } else if (e == null || kind == FailureKind.BAD_REQUEST) {
                result.complete(null);
              } else {
                result.completeExceptionally(StageFailure.cause(e));
              }
            });
    return result;
  }

  private void failIfAdmin(CompletableFuture<Void> result) {
    call(THE_KEY, TenantServiceGrpc.getListMethod(), ListTenantsRequest.getDefaultInstance())
        .whenComplete(
            (tenants, e) -> {
              if (e == null) {
                result.completeExceptionally(ErrorClassifier.readOnly().exception(null));
              } else if (kind(e) == FailureKind.NOT_PERMITTED) {
                result.complete(null);
              } else {
                result.completeExceptionally(StageFailure.cause(e));
              }
            });
  }

  /**
   * Whether the key may see a device or group.
   *
   * @return fails if the server says that it does not exist
   */
  CompletableFuture<Boolean> isSeen(Target target) {
    Operation question = Operation.read(target);
    return getOwner(question)
        .handle(
            (owner, e) -> {
              RpcFailure failure = callFailure(e);
              if (failure != null && failure.status().getCode() == Status.Code.NOT_FOUND) {
                throw ofQuestion(question, failure).exception(failure);
              }
              return failure == null;
            });
  }

  private static FailureKind kind(Throwable e) {
    return e != null && StageFailure.cause(e) instanceof ApiException failure
        ? failure.kind()
        : null;
  }

  private CompletableFuture<Verdict> ofVisibility(Operation operation, Verdict ifVisible) {
    return getOwner(operation)
        .handle(
            (owner, e) ->
                e == null
                    ? ifVisible
                    : ofQuestion(Operation.read(operation.subject()), callFailure(e)));
  }

  private CompletableFuture<?> getOwner(Operation operation) {
    String id = operation.subject().id();
    if (operation.isForGroup()) {
      return ask(
          MulticastGroupServiceGrpc.getGetMethod(),
          GetMulticastGroupRequest.newBuilder().setId(operation.target().id()).build());
    }
    return operation.subject().type() == Subject.Type.GATEWAY
        ? ask(
            GatewayServiceGrpc.getGetMethod(),
            GetGatewayRequest.newBuilder().setGatewayId(id).build())
        : ask(
            DeviceServiceGrpc.getGetMethod(), GetDeviceRequest.newBuilder().setDevEui(id).build());
  }

  private CompletableFuture<?> portZero(Operation operation) {
    if (operation.isForGroup()) {
      return ask(
          MulticastGroupServiceGrpc.getEnqueueMethod(),
          EnqueueMulticastGroupQueueItemRequest.newBuilder()
              .setQueueItem(
                  MulticastGroupQueueItem.newBuilder().setMulticastGroupId(operation.target().id()))
              .build());
    }
    return ask(DeviceServiceGrpc.getEnqueueMethod(), portZero(operation.target().id()));
  }

  private static EnqueueDeviceQueueItemRequest portZero(String devEui) {
    return EnqueueDeviceQueueItemRequest.newBuilder()
        .setQueueItem(DeviceQueueItem.newBuilder().setDevEui(devEui))
        .build();
  }

  /** Of a group, port 0 is an internal error to the server. */
  private static boolean isInvalid(RpcFailure failure) {
    return failure.status().getCode() == Status.Code.INVALID_ARGUMENT
        || ErrorClassifier.isInvalid(failure.status());
  }

  private static Operation question(Operation operation) {
    return Operation.read(operation.target());
  }
}
