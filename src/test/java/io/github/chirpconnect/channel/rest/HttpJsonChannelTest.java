package io.github.chirpconnect.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpJsonChannelTest {
  private static final String EUI = "0102030405060708";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> CTX_ID =
      Metadata.Key.of("ctx-id", Metadata.ASCII_STRING_MARSHALLER);

  private final ExecutorService callbacks = Executors.newCachedThreadPool();
  private HttpServer server;
  private HttpJsonChannel channel;

  @AfterEach
  void close() throws IOException, InterruptedException {
    channel.shutdownNow();
    assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    if (server != null) {
      server.close();
    }
    callbacks.shutdown();
  }

  @Test
  void callsAndAnswers() throws Exception {
    serve(
        (request, reply) ->
            reply.whole(
                200,
                Map.of("Content-Type", "application/json", "Grpc-Metadata-Ctx-Id", "abc"),
                "{\"device\":{\"devEUI\":\"" + EUI + "\",\"name\":\"ä\",\"nextYear\":1}}"));
    Caller<GetDeviceRequest, GetDeviceResponse> call = get(CallOptions.DEFAULT, new Metadata(), 2);

    assertThat(call.status().isOk()).isTrue();
    assertThat(call.messages).hasSize(1);
    assertThat(call.messages.get(0).getDevice().getName()).isEqualTo("ä");
    assertThat(call.headers.get(CTX_ID)).isEqualTo("abc");
    assertThat(call.order).containsExactly("headers", "message", "close");
    assertThat(call.sent).isTrue();
    assertThat(server.request().target()).isEqualTo("/api/devices/" + EUI);
  }

  @Test
  void sendsTheTokenOnceAndOtherMetadataBesideIt() throws Exception {
    serve((request, reply) -> reply.json(200, "{}"));
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("x-trace", Metadata.ASCII_STRING_MARSHALLER), "t1");
    metadata.put(Metadata.Key.of("x-raw-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[] {1, 2});
    AtomicInteger asked = new AtomicInteger();
    CallCredentials token =
        new CallCredentials() {
          @Override
          public void applyRequestMetadata(
              RequestInfo info, Executor executor, MetadataApplier applier) {
            assertThat(info.getSecurityLevel()).isEqualTo(SecurityLevel.NONE);
            assertThat(info.getAuthority()).isEqualTo("127.0.0.1:" + server.port());
            assertThat(info.getTransportAttrs().toString()).contains("127.0.0.1");
            asked.incrementAndGet();
            Metadata more = new Metadata();
            more.put(AUTHORIZATION, "Bearer abc");
            executor.execute(() -> applier.apply(more));
          }
        };
    Caller<?, ?> call = get(CallOptions.DEFAULT.withCallCredentials(token), metadata, 2);

    assertThat(call.status().isOk()).isTrue();
    HttpServer.Request request = server.request();
    assertThat(request.header("Grpc-Metadata-Authorization")).containsExactly("Bearer abc");
    assertThat(request.header("Authorization")).isEmpty();
    assertThat(request.header("Grpc-Metadata-X-Trace")).containsExactly("t1");
    assertThat(request.header("Grpc-Metadata-X-Raw-Bin")).containsExactly("AQI=");
    assertThat(request.header("User-Agent")).containsExactly("test/1");
    assertThat(request.header("Upgrade")).isEmpty();
    assertThat(asked).hasValue(1);
  }

  @Test
  void endsWithoutACallWhenThereIsNoToken() throws Exception {
    serve((request, reply) -> reply.json(200, "{}"));
    CallCredentials none =
        new CallCredentials() {
          @Override
          public void applyRequestMetadata(
              RequestInfo info, Executor executor, MetadataApplier applier) {
            applier.fail(Status.UNAUTHENTICATED.withDescription("no such file"));
          }
        };
    Caller<?, ?> call = get(CallOptions.DEFAULT.withCallCredentials(none), new Metadata(), 2);

    assertThat(call.status().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(call.sent).isFalse();
    assertThat(server.requestsWaiting()).isZero();
  }

  @Test
  void refusesMethodsWithoutARestForm() throws Exception {
    serve((request, reply) -> reply.json(200, "{}"));
    Caller<?, ?> call =
        Caller.call(
            channel,
            ServerReflectionGrpc.getServerReflectionInfoMethod(),
            ServerReflectionRequest.getDefaultInstance());

    assertThat(call.status().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(call.sent).isFalse();
  }

  @Test
  void keepsWhatTheServerSaysBesideAnError() throws Exception {
    serve(
        (request, reply) ->
            reply.whole(
                404,
                Map.of("Content-Type", "application/json", "Grpc-Metadata-Ctx-Id", "abc"),
                "{\"error\":\"object does not exist\",\"code\":5,\"message\":\"object does not exist\",\"details\":[]}"));
    Caller<?, ?> call = get(CallOptions.DEFAULT, new Metadata(), 2);

    assertThat(call.status().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(call.trailers.get(CTX_ID)).isEqualTo("abc");
  }

  @Test
  void tellsAPageFromAMessage() throws Exception {
    serve(
        (request, reply) ->
            reply.whole(200, Map.of("Content-Type", "text/html"), "<!doctype html><p>Hello"));
    assertThat(get(CallOptions.DEFAULT, new Metadata(), 2).description())
        .contains("HTTP status code 200, invalid content-type: text/html", "<!doctype html>");
  }

  @Test
  void limitsTheSizeOfAnAnswer() throws Exception {
    serve(
        (request, reply) ->
            reply.json(200, "{\"device\":{\"name\":\"" + "x".repeat(2000) + "\"}}"));
    Caller<?, ?> call = get(CallOptions.DEFAULT, new Metadata(), 2);

    assertThat(call.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(call.description()).contains("exceeds maximum size 1000");
    assertThat(call.messages).isEmpty();
  }

  @Test
  void knowsThatARefusedConnectionCarriedNothing() throws Exception {
    int port = unusedPort();
    open(port, Duration.ofMinutes(5));
    Caller<?, ?> command = enqueue(CallOptions.DEFAULT);
    Caller<?, ?> read = get(CallOptions.DEFAULT, new Metadata(), 2);

    for (Caller<?, ?> call : java.util.List.of(command, read)) {
      assertThat(call.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(call.status().getCause()).isInstanceOf(java.net.ConnectException.class);
      assertThat(call.sent).isFalse();
    }
  }

  @Test
  void knowsThatACutConnectionMayHaveCarriedACommand() throws Exception {
    serve((request, reply) -> reply.hangUp());
    Caller<?, ?> command = enqueue(CallOptions.DEFAULT);

    assertThat(command.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(command.sent).isTrue();
    assertThat(server.request().body()).isEqualTo("{\"deviceQueueItem\":{\"fPort\":10}}");
    // Sent once: a command must not be repeated behind the sink's back.
    assertThat(server.requestsWaiting()).isZero();
  }

  @Test
  void endsAtTheDeadlineAndHangsUp() throws Exception {
    serve((request, reply) -> reply.awaitHangUp());
    Caller<?, ?> command =
        enqueue(CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS));

    assertThat(command.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(command.sent).isTrue();
    assertThat(server.hangUp()).isEqualTo("/api/devices/" + EUI + "/queue");
  }

  @Test
  void endsAtTheDeadlineInTheMiddleOfAnAnswer() throws Exception {
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          reply.chunk("{\"fCnt\":");
          reply.awaitHangUp();
        });
    Caller<?, ?> command =
        enqueue(CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS));

    assertThat(command.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(server.hangUp()).isNotNull();
  }

  @Test
  void doesNotSendWhatIsAlreadyTooLate() throws Exception {
    serve((request, reply) -> reply.json(200, "{}"));
    Caller<?, ?> command = enqueue(CallOptions.DEFAULT.withDeadlineAfter(-1, TimeUnit.SECONDS));

    assertThat(command.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(command.sent).isFalse();
    assertThat(server.requestsWaiting()).isZero();
  }

  @Test
  void streamsLinesHoweverTheyAreCut() throws Exception {
    String lines = line("1-0") + line("2-0") + line("3-0");
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          for (int from = 0; from < lines.length(); from += 5) {
            reply.chunk(lines.substring(from, Math.min(from + 5, lines.length())));
          }
          reply.endChunks();
        });
    Caller<?, StreamDeviceEventLogsResponse> stream = stream(1000);

    assertThat(stream.status().isOk()).isTrue();
    assertThat(stream.messages)
        .extracting(StreamDeviceEventLogsResponse::getStreamId)
        .containsExactly("1-0", "2-0", "3-0");
  }

  @Test
  void deliversALineAsSoonAsItIsThere() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          reply.chunk(line("1-0"));
          go.await();
          reply.chunk(line("2-0"));
          reply.awaitHangUp();
        });
    Caller<?, ?> stream = stream(1000);

    await().until(() -> stream.messages.size() == 1);
    go.countDown();
    await().until(() -> stream.messages.size() == 2);
    stream.cancel();
    assertThat(stream.status().getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(server.hangUp()).isEqualTo("/api/devices/" + EUI + "/events");
  }

  @Test
  void endsWithTheErrorOfTheLastLine() throws Exception {
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          reply.chunk(line("1-0"));
          reply.chunk(
              "{\"error\":{\"grpcCode\":8,\"httpCode\":429,\"message\":\"too big\",\"httpStatus\":\"Too Many Requests\",\"details\":[]}}");
          reply.endChunks();
        });
    Caller<?, ?> stream = stream(1000);

    assertThat(stream.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(stream.description()).isEqualTo("too big");
    assertThat(stream.messages).hasSize(1);
  }

  @Test
  void tellsACutStreamFromOneThatEnded() throws Exception {
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          reply.chunk(line("1-0") + "{\"result\":{\"type\":\"up\"");
          reply.hangUp();
        });
    Caller<?, ?> stream = stream(1000);

    assertThat(stream.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(stream.messages).hasSize(1);
  }

  @Test
  void endsAtALineThatIsNoMessage() throws Exception {
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          reply.chunk(line("1-0") + "{\"result\":[]}\n" + line("2-0"));
          reply.awaitHangUp();
        });
    Caller<?, ?> stream = stream(1000);

    assertThat(stream.status().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(stream.messages).hasSize(1);
    assertThat(server.hangUp()).isNotNull();
  }

  @Test
  void limitsTheSizeOfALine() throws Exception {
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          for (int i = 0; i < 50; i++) {
            reply.chunk(line(i + "-0"));
          }
          reply.chunk("{\"result\":{\"type\":\"" + "x".repeat(2000) + "\"}}\n");
          reply.awaitHangUp();
        });
    Caller<?, ?> stream = stream(1000);

    assertThat(stream.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(stream.messages).hasSize(50);
  }

  @Test
  void deliversNoMoreThanAskedFor() throws Exception {
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          reply.chunk(line("1-0") + line("2-0") + line("3-0"));
          reply.endChunks();
        });
    Caller<?, ?> stream = stream(0);

    await().until(() -> stream.headers != null);
    stream.request(2);
    await().until(() -> stream.messages.size() == 2);
    assertThat(stream.end).isNotDone();
    stream.request(1);
    assertThat(stream.status().isOk()).isTrue();
    assertThat(stream.messages).hasSize(3);
  }

  @Test
  void holdsTheServerBackWhenNobodyTakesLines() throws Exception {
    AtomicInteger written = new AtomicInteger();
    int lines = 200_000;
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          for (int i = 0; i < lines; i++) {
            reply.chunk(
                "{\"result\":{\"type\":\""
                    + "x".repeat(400)
                    + "\",\"streamID\":\""
                    + i
                    + "-0\"}}\n");
            written.set(i + 1);
          }
          reply.endChunks();
        });
    Caller<?, ?> stream = stream(1);

    // The socket's buffers fill, and the server stands still.
    AtomicInteger before = new AtomicInteger(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
    assertThat(written.get()).isLessThan(lines / 2);
    assertThat(stream.messages).hasSize(1);

    stream.request(lines);
    await().atMost(Duration.ofSeconds(50)).until(() -> stream.end.isDone());
    assertThat(stream.status().isOk()).isTrue();
    assertThat(stream.messages).hasSize(lines);
  }

  @Test
  void endsAStreamThatNeverSaysAnything() throws Exception {
    serve((request, reply) -> reply.awaitHangUp(), Duration.ofMillis(300));
    Caller<?, ?> stream = stream(1000);

    assertThat(stream.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(stream.description()).contains("reopened");
    assertThat(server.hangUp()).isNotNull();
  }

  @Test
  void countsIdlenessFromTheLastLine() throws Exception {
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          for (int i = 0; i < 8; i++) {
            reply.chunk(line(i + "-0"));
            TimeUnit.MILLISECONDS.sleep(100);
          }
          reply.awaitHangUp();
        },
        Duration.ofMillis(400));
    Caller<?, ?> stream = stream(1000);

    assertThat(stream.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(stream.messages).hasSize(8);
  }

  @Test
  void aListenerThatFailsEndsItsCall() throws Exception {
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          reply.chunk(line("1-0"));
          reply.awaitHangUp();
        });
    Caller<?, StreamDeviceEventLogsResponse> stream = stream(0);
    stream.failOnMessage = true;
    stream.request(1);

    assertThat(stream.status().getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(stream.status().getCause()).hasMessage("on purpose");
    assertThat(server.hangUp()).isNotNull();
  }

  @Test
  void hangsUpWhileTheListenerIsBusy() throws Exception {
    serve(
        (request, reply) -> {
          reply.startChunks(200);
          reply.chunk(line("1-0"));
          reply.awaitHangUp();
        });
    Caller<?, StreamDeviceEventLogsResponse> stream = stream(0);
    CountDownLatch busy = new CountDownLatch(1);
    stream.busyUntil = busy;
    stream.request(1);
    await().until(() -> stream.messages.size() == 1);
    stream.cancel();

    assertThat(server.hangUp()).isNotNull();
    assertThat(stream.end).isNotDone();
    busy.countDown();
    assertThat(stream.status().getCode()).isEqualTo(Status.Code.CANCELLED);
  }

  @Test
  void shutdownEndsCallsAndThreads() throws Exception {
    serve((request, reply) -> reply.awaitHangUp());
    Caller<?, ?> stream = stream(1000);
    server.request();
    channel.shutdownNow();

    assertThat(stream.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(stream(1).status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    await().until(() -> threads("chirpstack-http") == 0);
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              System.gc();
              return threads("HttpClient-") == 0;
            });
  }

  @Test
  void aSlowShutdownLetsCallsEnd() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    serve(
        (request, reply) -> {
          go.await();
          reply.json(200, "{\"fCnt\":7}");
        });
    Caller<?, EnqueueDeviceQueueItemResponse> command = enqueue(CallOptions.DEFAULT);
    server.request();
    channel.shutdown();
    assertThat(enqueue(CallOptions.DEFAULT).status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(channel.isTerminated()).isFalse();
    go.countDown();

    assertThat(command.status().isOk()).isTrue();
    assertThat(command.messages.get(0).getFCnt()).isEqualTo(7);
    assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private static long threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .count();
  }

  private static String line(String id) {
    return "{\"result\":{\"type\":\"up\",\"payloadJSON\":\"{}\",\"publishedAt\":null,\"streamID\":\""
        + id
        + "\"}}\n";
  }

  private Caller<StreamDeviceEventLogsRequest, StreamDeviceEventLogsResponse> stream(int demand) {
    return Caller.call(
        channel,
        DeviceServiceGrpc.getStreamEventLogsMethod(),
        StreamDeviceEventLogsRequest.newBuilder().setDevEui(EUI).build(),
        CallOptions.DEFAULT,
        new Metadata(),
        demand);
  }

  private Caller<GetDeviceRequest, GetDeviceResponse> get(
      CallOptions options, Metadata metadata, int demand) {
    return Caller.call(
        channel,
        DeviceServiceGrpc.getGetMethod(),
        GetDeviceRequest.newBuilder().setDevEui(EUI).build(),
        options,
        metadata,
        demand);
  }

  private Caller<EnqueueDeviceQueueItemRequest, EnqueueDeviceQueueItemResponse> enqueue(
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

  private void serve(Script script) throws IOException {
    serve(script, Duration.ofMinutes(5));
  }

  private void serve(Script script, Duration maxIdle) throws IOException {
    server = new HttpServer(script);
    open(server.port(), maxIdle);
  }

  private void open(int port, Duration maxIdle) {
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

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
