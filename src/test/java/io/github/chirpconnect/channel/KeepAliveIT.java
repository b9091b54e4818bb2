package io.github.chirpconnect.channel;

import static io.github.chirpconnect.channel.LoopbackServer.watch;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.config.ConnectionConfig;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Slow, since gRPC pings every ten seconds at most. */
@Timeout(120)
class KeepAliveIT {
  private static final Map<String, String> QUICK =
      Map.of(
          ConnectionConfig.KEEP_ALIVE_TIME, "10000", ConnectionConfig.KEEP_ALIVE_TIMEOUT, "1000");

  @Test
  void noticesALinkThatDiedWithoutAWord() throws Exception {
    BlockingQueue<Status> ends = new LinkedBlockingQueue<>();
    try (LoopbackServer server = new LoopbackServer();
        FrozenLink link = new FrozenLink(server.port());
        ChirpStackChannels channels =
            new ChirpStackChannels(LoopbackServer.config("127.0.0.1:" + link.port(), QUICK))) {
      BlockingQueue<String> entries = new LinkedBlockingQueue<>();
      watch(channels.acquireStream().channel(), observer(entries, ends));
      assertThat(entries.poll(10, TimeUnit.SECONDS)).isEqualTo("hi");
      link.freeze();
      Status end = ends.poll(20, TimeUnit.SECONDS);
      assertThat(end).isNotNull();
      assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(end.getDescription()).containsIgnoringCase("keepalive");
    }
  }

  /**
   * The server hangs up at the first ping of each connection. The second connection has to be left
   * alone for twice as long.
   */
  @Test
  void pingsLessOftenWhenTheServerObjects() throws Exception {
    try (PingRefusingServer server = new PingRefusingServer();
        ChirpStackChannels channels =
            new ChirpStackChannels(LoopbackServer.config("127.0.0.1:" + server.port(), QUICK))) {
      List<Status> ends = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        BlockingQueue<Status> end = new LinkedBlockingQueue<>();
        watch(channels.acquireStream().channel(), observer(new LinkedBlockingQueue<>(), end));
        ends.add(end.poll(40, TimeUnit.SECONDS));
      }
      assertThat(ends)
          .allSatisfy(end -> assertThat(end.getDescription()).contains("too_many_pings"));
      assertThat(server.quietBeforePing().get(0))
          .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(14));
      assertThat(server.quietBeforePing().get(1))
          .isBetween(Duration.ofSeconds(19), Duration.ofSeconds(26));
    }
  }

  private static StreamObserver<String> observer(
      BlockingQueue<String> entries, BlockingQueue<Status> ends) {
    return new StreamObserver<>() {
      @Override
      public void onNext(String value) {
        entries.add(value);
      }

      @Override
      public void onError(Throwable t) {
        ends.add(Status.fromThrowable(t));
      }

      @Override
      public void onCompleted() {
        ends.add(Status.OK);
      }
    };
  }
}
