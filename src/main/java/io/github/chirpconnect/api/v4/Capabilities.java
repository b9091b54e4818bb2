package io.github.chirpconnect.api.v4;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Classification;
import io.github.chirpconnect.api.grpc.Classification.Final;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.TransportErrors;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.api.grpc.Verdict;
import io.github.chirpconnect.common.StageFailure;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GetDeviceNextFCntDownRequest;
import io.github.chirpconnect.proto.v4.GetDeviceProfileVendorRequest;
import io.github.chirpconnect.proto.v4.ListApplicationDeviceTagsRequest;
import io.github.chirpconnect.proto.v4.ListRelayGatewaysRequest;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What this server's release supports. An API key cannot request the version, and the server
 * silently ignores a field that it does not know. But gRPC server reflection ({@code v1} from 4.9
 * on, {@code v1alpha} before) tells everyone which fields it has.
 *
 * <p>Over REST, and where a proxy blocks reflection, a method of the same or a later release is
 * called instead. A server that does not know it answers UNIMPLEMENTED; {@code
 * chirpstack-rest-api}, which has a version of its own and also drops unknown fields silently, does
 * not know its path. So over REST a feature counts as supported if both have the method.
 *
 * <p>Answers are remembered, failures are not.
 */
final class Capabilities {
  private static final String SYMBOL = "api.DeviceQueueItem";
  private static final List<MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse>>
      REFLECTIONS =
          List.of(reflection("grpc.reflection.v1"), reflection("grpc.reflection.v1alpha"));
  private static final String NOBODY = "00000000-0000-0000-0000-000000000000";
  private static final Operation QUESTION = Operation.read(Subject.other("the server's version"));

  private final UnaryCalls calls;
  private final AsyncMemo<Optional<Set<Capability>>> reflected = new AsyncMemo<>();
  private final Map<VersionMarker, AsyncMemo<Boolean>> witnesses = new ConcurrentHashMap<>();

  Capabilities(UnaryCalls calls) {
    this.calls = calls;
  }

  /**
   * A part of the API that older releases of v4 lack. The fields are in {@code api/device.proto}.
   */
  enum Capability {
    EXPIRES_AT("DeviceQueueItem", "expires_at", VersionMarker.OF_4_12),
    ENCRYPTED("DeviceQueueItem", "is_encrypted", VersionMarker.OF_4_6),
    FLUSH_QUEUE("EnqueueDeviceQueueItemRequest", "flush_queue", VersionMarker.OF_4_16),
    /** Devices in the order of EUIs, with tags; gateways in the order of ids. */
    LIST_BY_ID("ListDevicesRequest", "order_by", VersionMarker.OF_4_12),
    DEVICE_CLASS("GetDeviceResponse", "class_enabled", VersionMarker.OF_4_6),
    RELAY_GATEWAYS(VersionMarker.OF_4_9),
    /** Device profiles that belong to no tenant, and lists with or without them. */
    GLOBAL_PROFILES(VersionMarker.OF_4_16);

    private final String message;
    private final String field;
    private final VersionMarker marker;

    /**
     * @param marker of the first release that has the field, or of a later one
     */
    Capability(String message, String field, VersionMarker marker) {
      this.message = message;
      this.field = field;
      this.marker = marker;
    }

    /** A part that none of the messages shows for which reflection is asked. */
    Capability(VersionMarker marker) {
      this(null, null, marker);
    }

    private boolean isReflected() {
      return message != null;
    }
  }

  /**
   * A method that was added with a release, called for an object that does not exist: its result
   * does not matter. It only reads. Unless noted, no older release has a REST path that matches it.
   */
  private enum VersionMarker {
    OF_4_6(
        DeviceServiceGrpc.getGetNextFCntDownMethod(),
        GetDeviceNextFCntDownRequest.newBuilder().setDevEui("0000000000000000").build()),
    /** An older REST interface reads the last part of its path as a gateway's id. */
    OF_4_9(
        GatewayServiceGrpc.getListRelayGatewaysMethod(),
        ListRelayGatewaysRequest.newBuilder().setTenantId(NOBODY).build()),
    OF_4_12(
        ApplicationServiceGrpc.getListDeviceTagsMethod(),
        ListApplicationDeviceTagsRequest.newBuilder().setApplicationId(NOBODY).build()),
    OF_4_16(
        DeviceProfileServiceGrpc.getGetVendorMethod(),
        GetDeviceProfileVendorRequest.newBuilder().setId(NOBODY).build());

    private final Function<UnaryCalls, CompletableFuture<?>> call;

    <Q> VersionMarker(MethodDescriptor<Q, ?> method, Q request) {
      this.call = calls -> calls.call(method, request);
    }
  }

  /**
   * @return fails with {@link ApiException} if the server could not be asked
   */
  CompletableFuture<Boolean> has(Capability capability) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    CompletableFuture<Boolean> found =
        capability.isReflected()
            ? reflected
                .get(() -> reflect(0))
                .thenCompose(
                    known ->
                        known.isPresent()
                            ? CompletableFuture.completedFuture(known.get().contains(capability))
                            : isMarked(capability))
            : isMarked(capability);
    found.whenComplete(
        (answer, e) -> {
          if (e == null) {
            result.complete(answer);
          } else {
            result.completeExceptionally(StageFailure.cause(e));
          }
        });
    return result;
  }

  private CompletableFuture<Boolean> isMarked(Capability capability) {
    return witnesses
        .computeIfAbsent(capability.marker, marker -> new AsyncMemo<>())
        .get(() -> isKnown(capability.marker));
  }

  /** Empty if the server does not offer reflection. */
  private CompletableFuture<Optional<Set<Capability>>> reflect(int attempt) {
    if (attempt == REFLECTIONS.size()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    ServerReflectionRequest request =
        ServerReflectionRequest.newBuilder().setFileContainingSymbol(SYMBOL).build();
    return calls
        .call(REFLECTIONS.get(attempt), request)
        .handle(
            (answer, e) -> {
              Optional<Set<Capability>> found = e == null ? read(answer) : Optional.empty();
              if (found.isPresent()) {
                return CompletableFuture.completedFuture(found);
              }
              Optional<ApiException> outage = outage(e);
              return outage.isPresent()
                  ? CompletableFuture.<Optional<Set<Capability>>>failedFuture(outage.get())
                  : reflect(attempt + 1);
            })
        .thenCompose(Function.identity());
  }

  private static Optional<ApiException> outage(Throwable e) {
    return e instanceof RpcFailure failure
            && ErrorClassifier.judge(QUESTION, failure) instanceof Final clear
            && clear.verdict().kind().retriable()
        ? Optional.of(clear.verdict().exception(failure))
        : Optional.empty();
  }

  private static Optional<Set<Capability>> read(ServerReflectionResponse answer) {
    Set<Capability> found = EnumSet.noneOf(Capability.class);
    boolean right = false;
    for (ByteString bytes : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      FileDescriptorProto file;
      try {
        file = FileDescriptorProto.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        return Optional.empty();
      }
      for (DescriptorProto message : file.getMessageTypeList()) {
        right |= SYMBOL.equals(file.getPackage() + "." + message.getName());
        for (Capability capability : Capability.values()) {
          if (file.getPackage().equals("api")
              && message.getName().equals(capability.message)
              && message.getFieldList().stream()
                  .anyMatch(field -> field.getName().equals(capability.field))) {
            found.add(capability);
          }
        }
      }
    }
    return right ? Optional.of(found) : Optional.empty();
  }

  private CompletableFuture<Boolean> isKnown(VersionMarker marker) {
    return marker
        .call
        .apply(calls)
        .handle(
            (answer, e) -> {
              if (e == null) {
                return true;
              }
              Status status = ((RpcFailure) e).status();
              String description = status.getDescription() == null ? "" : status.getDescription();
              Classification classification = ErrorClassifier.judge(QUESTION, (RpcFailure) e);
              if (status.getCode() == Status.Code.UNIMPLEMENTED
                  && !TransportErrors.isPage(status)) {
                return false;
              }
              if (marker == VersionMarker.OF_4_9 && isNoId(classification)) {
                return false;
              }
              if (status.getCode() == Status.Code.UNAUTHENTICATED) {
                // The method's own check of rights has no text; a bad token is refused before
                // the method is looked up.
                if (description.isEmpty()) {
                  return true;
                }
                Verdict refused =
                    classification instanceof Final clear
                        ? clear.verdict()
                        : ErrorClassifier.tokenRefused(status);
                throw refused.exception(e);
              }
              if (classification instanceof Final clear
                  && (clear.verdict().kind().retriable()
                      || clear.verdict().kind() == FailureKind.WRONG_SERVER)) {
                throw clear.verdict().exception(e);
              }
              return true;
            });
  }

  private static boolean isNoId(Classification classification) {
    return classification instanceof Final clear
        && clear.verdict().kind() == FailureKind.BAD_REQUEST;
  }

  /**
   * Reflection is a stream of requests and responses. One request with one response looks like a
   * unary call on the wire. Both versions have the same messages.
   */
  private static MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> reflection(
      String version) {
    return MethodDescriptor.<ServerReflectionRequest, ServerReflectionResponse>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(version + ".ServerReflection/ServerReflectionInfo")
        .setRequestMarshaller(ProtoUtils.marshaller(ServerReflectionRequest.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(ServerReflectionResponse.getDefaultInstance()))
        .build();
  }

  /** The answer to one question: one call serves all who need it, and a failure is not kept. */
  private static final class AsyncMemo<T> {
    private CompletableFuture<T> answer;

    synchronized CompletableFuture<T> get(Supplier<CompletableFuture<T>> question) {
      if (answer == null || answer.isCompletedExceptionally()) {
        answer = question.get();
      }
      return answer;
    }
  }
}
