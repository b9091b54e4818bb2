package io.github.chirpconnect.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.chirpconnect.proto.v3.EnqueueDeviceQueueItemResponse;
import io.github.chirpconnect.proto.v3.GetDeviceRequest;
import io.github.chirpconnect.proto.v3.GetDeviceResponse;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpJsonChannelTest extends RestCalls {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> CTX_ID =
      Metadata.Key.of("ctx-id", Metadata.ASCII_STRING_MARSHALLER);

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
    serve((request, reply) -> reply.json(200, "{\"device\":null}"));
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

  /** ChirpStack writes each field, also one with its default: a proxy's answer is no empty list. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | INTERNAL | the answer is no such message: {}",
        "{\"status\":\"ok\"} | INTERNAL | the answer is no such message",
        "{\"error\":\"down\",\"code\":14,\"message\":\"down\",\"details\":[]} | UNAVAILABLE | down",
        "{\"code\":503,\"message\":\"no upstream\"} | INTERNAL | no upstream",
        "[] | INTERNAL | the answer is no such message",
        "null | INTERNAL | the answer is no such message",
        "`` | INTERNAL | the answer is no such message",
        "{\"device\":{\"devEUI\" | INTERNAL | the answer is no such message",
      })
  void takesAGoodStatusForNoAnswer(String body, Status.Code code, String description)
      throws Exception {
    serve((request, reply) -> reply.json(200, body));
    Caller<?, ?> call = get(CallOptions.DEFAULT, new Metadata(), 2);

    assertThat(call.status().getCode()).isEqualTo(code);
    assertThat(call.description()).contains(description);
    assertThat(call.messages).isEmpty();
  }

  @Test
  void saysThatAnAnswerIsCompressed() throws Exception {
    serve(
        (request, reply) ->
            reply.whole(
                200,
                Map.of("Content-Type", "application/json", "Content-Encoding", "gzip"),
                "\u001f\u0007\b\u001b[31m"));
    Caller<?, ?> call = get(CallOptions.DEFAULT, new Metadata(), 2);

    assertThat(call.status().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(call.description()).contains("gzip", "turn compression off");
  }

  /** What a server sends must not be a command to who reads the log. */
  @Test
  void quotesNoControlCharacters() throws Exception {
    serve((request, reply) -> reply.json(200, "\u001b[31m\u0007"));
    Caller<?, ?> call = get(CallOptions.DEFAULT, new Metadata(), 2);

    assertThat(call.description()).contains("the answer is no such message: ?[31m?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"device\":null}", "{\"device\":null,\"lastSeenAt\":null,\"next\":1}"})
  void takesAnAnswerWithoutContentForOne(String body) throws Exception {
    serve((request, reply) -> reply.json(200, body));
    Caller<?, ?> call = get(CallOptions.DEFAULT, new Metadata(), 2);

    assertThat(call.status().isOk()).isTrue();
    assertThat(call.messages).hasSize(1);
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
}
