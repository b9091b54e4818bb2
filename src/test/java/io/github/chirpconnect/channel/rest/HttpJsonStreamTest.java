package io.github.chirpconnect.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HttpJsonStreamTest extends RestCalls {

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

  private static String line(String id) {
    return "{\"result\":{\"type\":\"up\",\"payloadJSON\":\"{}\",\"publishedAt\":null,\"streamID\":\""
        + id
        + "\"}}\n";
  }
}
