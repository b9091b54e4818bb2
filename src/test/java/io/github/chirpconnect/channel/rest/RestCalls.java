package io.github.chirpconnect.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.channel.rest.HttpServer.Script;
import io.github.chirpconnect.config.Endpoint;
import io.github.chirpconnect.proto.v3.DeviceQueueItem;
import io.github.chirpconnect.proto.v3.DeviceQueueServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v3.EnqueueDeviceQueueItemResponse;
import io.github.chirpconnect.proto.v3.GetDeviceRequest;
import io.github.chirpconnect.proto.v3.GetDeviceResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Calls through a channel to a server whose every byte is the test's. */
@Timeout(60)
abstract class RestCalls {
  static final String EUI = "0102030405060708";
  private final ExecutorService callbacks = Executors.newCachedThreadPool();
  HttpServer server;
  HttpJsonChannel channel;

  @AfterEach
  void close() throws IOException, InterruptedException {
    channel.shutdownNow();
    assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    if (server != null) {
      server.close();
    }
    callbacks.shutdown();
  }

  Caller<StreamDeviceEventLogsRequest, StreamDeviceEventLogsResponse> stream(int demand) {
    return Caller.call(
        channel,
        DeviceServiceGrpc.getStreamEventLogsMethod(),
        StreamDeviceEventLogsRequest.newBuilder().setDevEui(EUI).build(),
        CallOptions.DEFAULT,
        new Metadata(),
        demand);
  }

  Caller<GetDeviceRequest, GetDeviceResponse> get(
      CallOptions options, Metadata metadata, int demand) {
    return Caller.call(
        channel,
        DeviceServiceGrpc.getGetMethod(),
        GetDeviceRequest.newBuilder().setDevEui(EUI).build(),
        options,
        metadata,
        demand);
  }

  Caller<EnqueueDeviceQueueItemRequest, EnqueueDeviceQueueItemResponse> enqueue(
      CallOptions options) {
    return Caller.call(
        channel,
        DeviceQueueServiceGrpc.getEnqueueMethod(),
        EnqueueDeviceQueueItemRequest.newBuilder()
            .setDeviceQueueItem(DeviceQueueItem.newBuilder().setDevEui(EUI).setFPort(10))
            .build(),
        options,
        new Metadata(),
        2);
  }

  void serve(Script script) throws IOException {
    serve(script, Duration.ofMinutes(5));
  }

  void serve(Script script, Duration maxIdle) throws IOException {
    server = new HttpServer(script);
    open(server.port(), maxIdle);
  }

  void open(int port, Duration maxIdle) {
    channel =
        new HttpJsonChannel(
            new HttpJsonSettings(
                Endpoint.parse("http://127.0.0.1:" + port),
                Optional.empty(),
                "test/1",
                callbacks,
                Duration.ofSeconds(5),
                maxIdle,
                1000));
  }

  static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
