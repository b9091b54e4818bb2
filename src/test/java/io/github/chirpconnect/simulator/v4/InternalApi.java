package io.github.chirpconnect.simulator.v4;

import com.google.protobuf.Empty;
import io.github.chirpconnect.proto.v4.GetVersionResponse;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.OAuth2;
import io.github.chirpconnect.proto.v4.OpenIdConnect;
import io.github.chirpconnect.proto.v4.SettingsResponse;
import io.github.chirpconnect.proto.v4.StreamDeviceEventsRequest;
import io.github.chirpconnect.proto.v4.StreamDeviceFramesRequest;
import io.github.chirpconnect.proto.v4.StreamGatewayFramesRequest;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.OpenStreams;
import io.github.chirpconnect.simulator.server.Answers;
import io.github.chirpconnect.simulator.server.Version;
import io.github.chirpconnect.simulator.time.Time;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/** InternalService: the streams. Rights are checked once, when a stream is opened. */
final class InternalApi extends InternalServiceGrpc.InternalServiceImplBase {
  private final Access access;
  private final Version version;
  private final LogStore logs;
  private final Time time;
  private final Duration pace;
  private final Duration redisTimeout;
  private final OpenStreams streams;

  InternalApi(
      Access access,
      Version version,
      LogStore logs,
      Time time,
      Duration pace,
      Duration redisTimeout,
      OpenStreams streams) {
    this.access = access;
    this.version = version;
    this.logs = logs;
    this.time = time;
    this.pace = pace;
    this.redisTimeout = redisTimeout;
    this.streams = streams;
  }

  @Override
  public void settings(Empty request, StreamObserver<SettingsResponse> client) {
    Answers.unary(
        client,
        () ->
            SettingsResponse.newBuilder()
                .setOpenidConnect(OpenIdConnect.getDefaultInstance())
                .setOauth2(OAuth2.getDefaultInstance())
                .setTileserverUrl("https://tile.openstreetmap.org/{z}/{x}/{y}.png")
                .build());
  }

  @Override
  public void getVersion(Empty request, StreamObserver<GetVersionResponse> client) {
    Answers.unary(
        client,
        () -> {
          access.user();
          return GetVersionResponse.newBuilder().setVersion(version.toString()).build();
        });
  }

  @Override
  public void streamDeviceEvents(
      StreamDeviceEventsRequest request, StreamObserver<LogItem> client) {
    device(LogStore.Kind.DEVICE_EVENTS, request.getDevEui(), client);
  }

  @Override
  public void streamDeviceFrames(
      StreamDeviceFramesRequest request, StreamObserver<LogItem> client) {
    device(LogStore.Kind.DEVICE_FRAMES, request.getDevEui(), client);
  }

  @Override
  public void streamGatewayFrames(
      StreamGatewayFramesRequest request, StreamObserver<LogItem> client) {
    String gatewayId = request.getGatewayId();
    open(
        new LogStore.Key(LogStore.Kind.GATEWAY_FRAMES, gatewayId),
        client,
        () -> access.gateway(Arguments.eui(gatewayId)));
  }

  private void device(LogStore.Kind kind, String devEui, StreamObserver<LogItem> client) {
    open(
        new LogStore.Key(kind, devEui),
        client,
        () -> access.device(Access.Purpose.READ, Arguments.eui(devEui)));
  }

  /**
   * Rights go by the EUI; the log is found by the text as it was given, so that an upper-case EUI
   * finds nothing.
   */
  private void open(LogStore.Key key, StreamObserver<LogItem> observer, Runnable check) {
    try {
      check.run();
    } catch (StatusRuntimeException e) {
      observer.onError(e);
      return;
    }
    ServerCallStreamObserver<LogItem> client = (ServerCallStreamObserver<LogItem>) observer;
    LogPump pump = new LogPump(key, logs, time, pace, redisTimeout, client);
    client.setOnReadyHandler(pump::resume);
    client.setOnCancelHandler(
        () -> {
          pump.end();
          streams.remove(pump);
        });
    client.setOnCloseHandler(() -> streams.remove(pump));
    streams.add(pump);
    if (!logs.isDown()) {
      EarlyHeaders.send();
    }
    pump.start();
  }
}
