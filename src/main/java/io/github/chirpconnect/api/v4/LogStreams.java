package io.github.chirpconnect.api.v4;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Connections;
import io.github.chirpconnect.api.grpc.LogCall;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.StreamDeviceEventsRequest;
import io.github.chirpconnect.proto.v4.StreamDeviceFramesRequest;
import io.github.chirpconnect.proto.v4.StreamGatewayFramesRequest;
import io.grpc.MethodDescriptor;
import java.util.Locale;

/** Opens the streams of logs. */
final class LogStreams {
  private final Connections connections;
  private final ClassifiedCalls calls;

  LogStreams(Connections connections, ClassifiedCalls calls) {
    this.connections = connections;
    this.calls = calls;
  }

  LogStream open(LogKind log, String id, LogListener listener) {
    // The server checks the EUI by its value, but looks up its Redis stream by the text as it
    // was sent. Unless that is in lower case, it finds nothing, without an error.
    String owner = id.toLowerCase(Locale.ROOT);
    return switch (log) {
      case EVENTS ->
          open(
              log,
              Operation.readDevice(owner),
              listener,
              InternalServiceGrpc.getStreamDeviceEventsMethod(),
              StreamDeviceEventsRequest.newBuilder().setDevEui(owner).build());
      case FRAMES ->
          open(
              log,
              Operation.readDevice(owner),
              listener,
              InternalServiceGrpc.getStreamDeviceFramesMethod(),
              StreamDeviceFramesRequest.newBuilder().setDevEui(owner).build());
      case GATEWAY_FRAMES ->
          open(
              log,
              Operation.readGateway(owner),
              listener,
              InternalServiceGrpc.getStreamGatewayFramesMethod(),
              StreamGatewayFramesRequest.newBuilder().setGatewayId(owner).build());
    };
  }

  private <Q> LogStream open(
      LogKind log,
      Operation operation,
      LogListener listener,
      MethodDescriptor<Q, LogItem> method,
      Q request) {
    LogCall.EntryReader<LogItem> reading =
        new LogCall.EntryReader<>(
            "the " + log + " log of " + operation.subject(),
            item -> entry(log, operation.subject(), item),
            end -> calls.endOfStream(operation, end.failure()));
    return LogCall.open(connections, method, request, reading, listener, System::nanoTime);
  }

  private static LogEntry entry(LogKind log, Subject owner, LogItem item) {
    try {
      return ProtoMapping.entry(log, owner.id(), item);
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          FailureKind.UNUSABLE_SERVER,
          owner
              + ": the server sent a log entry whose id cannot be read, so its place in the log is unknown ("
              + e.getMessage()
              + "); is it a ChirpStack v4?",
          e);
    }
  }
}
