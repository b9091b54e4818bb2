package io.github.chirpconnect.channel;

import static io.github.chirpconnect.channel.LoopbackServer.watch;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.channel.pool.StreamLease;
import io.github.chirpconnect.config.ConnectionConfig;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
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
   * The server hangs up at the first ping of each connection. A connection that is made at once may
   * be too early to know of the longer interval; the one after it has to know.
   */
  @Test
  void pingsLessOftenWhenTheServerObjects() throws Exception {
    try (PingRefusingServer server = new PingRefusingServer();
        ChirpStackChannels channels =
            new ChirpStackChannels(LoopbackServer.config("127.0.0.1:" + server.port(), QUICK))) {
      StreamLease lease = channels.acquireStream();
      for (int i = 0;
          i < 3 && server.quietBeforePing().stream().allMatch(KeepAliveIT::isTen);
          i++) {
        BlockingQueue<Status> ends = new LinkedBlockingQueue<>();
        watch(lease.channel(), observer(new LinkedBlockingQueue<>(), ends));
        Status end = ends.poll(40, TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        assertThat(end.getDescription()).contains("too_many_pings");
      }
      List<Duration> quiet = server.quietBeforePing();
      assertThat(quiet.get(0)).matches(KeepAliveIT::isTen);
      assertThat(quiet.get(quiet.size() - 1))
          .isBetween(Duration.ofSeconds(19), Duration.ofSeconds(26));
    }
  }

  private static boolean isTen(Duration quiet) {
    return quiet.compareTo(Duration.ofSeconds(9)) > 0
        && quiet.compareTo(Duration.ofSeconds(15)) < 0;
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
