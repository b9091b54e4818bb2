package io.github.chirpconnect.api.v3;

import static io.github.chirpconnect.api.grpc.Futures.callFailure;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.AbstractClassifiedCalls;
import io.github.chirpconnect.api.grpc.Classification;
import io.github.chirpconnect.api.grpc.LogCall;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.api.grpc.Verdict;
import io.github.chirpconnect.proto.v3.DeviceQueueServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v3.GetGatewayRequest;
import io.github.chirpconnect.proto.v3.GetMulticastGroupRequest;
import io.github.chirpconnect.proto.v3.ListDeviceQueueItemsRequest;
import io.github.chirpconnect.proto.v3.ListGatewayProfilesRequest;
import io.github.chirpconnect.proto.v3.MulticastGroupServiceGrpc;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;

/**
 * Checks the key with an empty {@code GatewayProfileService/List}, which every valid key may call;
 * access to a device with the length of its queue, which needs the same rights as queuing; access
 * to a gateway with {@code Get}.
 */
final class ClassifiedCalls extends AbstractClassifiedCalls {

  /**
   * @param tokenRefused run each time the server was found to refuse the token
   */
  ClassifiedCalls(UnaryCalls calls, Runnable tokenRefused) {
    super(
        calls,
        tokenRefused,
        GatewayProfileServiceGrpc.getListMethod(),
        ListGatewayProfilesRequest.getDefaultInstance());
  }

  /** What the end of the stream of a device or gateway means. */
  CompletableFuture<ApiException> endOfStream(Operation operation, LogCall.End end) {
    return endOfStream(operation, end.failure(), ErrorClassifier.ofStream(operation, end));
  }

  @Override
  protected Classification judge(Operation operation, RpcFailure failure) {
    return ErrorClassifier.judge(operation, failure);
  }

  @Override
  protected CompletableFuture<Verdict> ofWriteAccess(Operation operation) {
    return ofVisibility(operation);
  }

  @Override
  protected CompletableFuture<Verdict> ofStreamAccess(Operation operation) {
    return ofVisibility(operation);
  }

  @Override
  protected Verdict ofDeadKey(Status probe) {
    return ErrorClassifier.tokenRefused(probe);
  }

  @Override
  protected Verdict notPermitted(Operation operation) {
    return ErrorClassifier.notPermitted(operation);
  }

  private CompletableFuture<Verdict> ofVisibility(Operation operation) {
    return getOwner(operation)
        .handle(
            (owner, e) ->
                e == null
                    ? ErrorClassifier.permittedByNow(operation)
                    : ofQuestion(operation.onlyRead(), callFailure(e)));
  }

  private CompletableFuture<?> getOwner(Operation operation) {
    if (operation.isForGroup()) {
      return ask(
          MulticastGroupServiceGrpc.getGetMethod(),
          GetMulticastGroupRequest.newBuilder().setId(operation.target().id()).build());
    }
    if (operation.subject().type() == Subject.Type.GATEWAY) {
      return ask(
          GatewayServiceGrpc.getGetMethod(),
          GetGatewayRequest.newBuilder().setId(operation.subject().id()).build());
    }
    ListDeviceQueueItemsRequest request =
        ListDeviceQueueItemsRequest.newBuilder()
            .setDevEui(operation.target().id())
            .setCountOnly(true)
            .build();
    return ask(DeviceQueueServiceGrpc.getListMethod(), request);
  }
}
