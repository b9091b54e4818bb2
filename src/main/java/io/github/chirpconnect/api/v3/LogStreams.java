package io.github.chirpconnect.api.v3;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.api.grpc.Connections;
import io.github.chirpconnect.api.grpc.LogCall;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsResponse;
import io.github.chirpconnect.proto.v3.StreamGatewayFrameLogsRequest;
import io.github.chirpconnect.proto.v3.StreamGatewayFrameLogsResponse;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Opens the streams of logs. An open stream holds a connection of a Redis pool: of the application
 * server for events, of the network server for frames. When a pool is exhausted, the server logs no
 * events, or handles no LoRaWAN traffic.
 */
final class LogStreams {
  private final Connections connections;
  private final ClassifiedCalls calls;
  private final LongSupplier nanoClock;

  LogStreams(Connections connections, ClassifiedCalls calls, LongSupplier nanoClock) {
    this.connections = connections;
    this.calls = calls;
    this.nanoClock = nanoClock;
  }

  LogStream open(LogKind log, String id, LogListener listener) {
    String owner = id.toLowerCase(Locale.ROOT);
    return switch (log) {
      case EVENTS -> events(owner, listener);
      case FRAMES -> frames(owner, listener);
      case GATEWAY_FRAMES -> gatewayFrames(owner, listener);
    };
  }

  private LogStream events(String devEui, LogListener listener) {
    Operation operation = Operation.readDevice(devEui);
    LogCall.EntryReader<StreamDeviceEventLogsResponse> reading =
        new LogCall.EntryReader<>(
            "the events of " + devEui,
            event -> ProtoMapping.event(devEui, event),
            end -> calls.endOfStream(operation, end));
    return LogCall.open(
        connections,
        DeviceServiceGrpc.getStreamEventLogsMethod(),
        StreamDeviceEventLogsRequest.newBuilder().setDevEui(devEui).build(),
        reading,
        listener,
        nanoClock);
  }

  private LogStream frames(String devEui, LogListener listener) {
    Operation operation = Operation.readDevice(devEui);
    LogCall.EntryReader<StreamDeviceFrameLogsResponse> reading =
        new LogCall.EntryReader<>(
            "the frames of " + devEui,
            frame -> ProtoMapping.frame(devEui, frame),
            end -> calls.endOfStream(operation, end));
    return LogCall.open(
        connections,
        DeviceServiceGrpc.getStreamFrameLogsMethod(),
        StreamDeviceFrameLogsRequest.newBuilder().setDevEui(devEui).build(),
        reading,
        listener,
        nanoClock);
  }

  private LogStream gatewayFrames(String gatewayId, LogListener listener) {
    Operation operation = Operation.readGateway(gatewayId);
    LogCall.EntryReader<StreamGatewayFrameLogsResponse> reading =
        new LogCall.EntryReader<>(
            "the frames of " + operation.subject(),
            frame -> ProtoMapping.frame(gatewayId, frame),
            end -> calls.endOfStream(operation, end));
    return LogCall.open(
        connections,
        GatewayServiceGrpc.getStreamFrameLogsMethod(),
        StreamGatewayFrameLogsRequest.newBuilder().setGatewayId(gatewayId).build(),
        reading,
        listener,
        nanoClock);
  }
}
