package io.github.chirpconnect.channel;

import static io.github.chirpconnect.channel.LoopbackServer.echo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutageIT {

  @Test
  void usesAServerThatIsBackWithinSeconds() throws Exception {
    LoopbackServer first = new LoopbackServer();
    int port = first.port();
    try (ChirpStackChannels channels = new ChirpStackChannels(first.config(Map.of()))) {
      echo(channels.unary(), "before");
      first.close();
      await()
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(5))
          .until(() -> fails(channels));
      try (LoopbackServer second = new LoopbackServer(port, builder -> {})) {
        await().atMost(Duration.ofSeconds(7)).until(() -> !fails(channels));
        assertThat(second.seen).isNotEmpty();
      }
    }
  }

  /**
   * gRPC's own waits are 1 s, 1.6 s, 2.6 s and so on up to two minutes: eight attempts would take
   * it half a minute.
   */
  @Test
  void triesAgainAfterTheLongestWaitAtTheLatest() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    try (ServerSocket closing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread acceptor = new Thread(() -> acceptAndClose(closing, attempts), "closing-server");
      acceptor.start();
      ConnectionFactory connections =
          new ConnectionFactory(
              LoopbackServer.config("127.0.0.1:" + closing.getLocalPort(), Map.of()),
              Duration.ofMillis(200));
      ManagedChannel connection = connections.connection();
      assertThat(connection.getState(false)).isEqualTo(ConnectivityState.IDLE);
      try {
        assertThatThrownBy(() -> echo(connection, "a")).isInstanceOf(StatusRuntimeException.class);
        await().atMost(Duration.ofSeconds(8)).until(() -> attempts.get() >= 8);
      } finally {
        connection.shutdownNow();
        connections.close();
      }
    }
  }

  /** What a caller must not do twice is not done twice by the channel either. */
  @Test
  void sendsACallThatFailedOnceOnly() throws Exception {
    try (LoopbackServer server = new LoopbackServer();
        ChirpStackChannels channels = new ChirpStackChannels(server.config(Map.of()))) {
      server.answer = headers -> Status.UNAVAILABLE.withDescription("the database is down");
      assertThat(fails(channels)).isTrue();
      assertThat(server.seen).hasSize(1);
    }
  }

  private static boolean fails(ChirpStackChannels channels) {
    try {
      echo(channels.unary(), "a");
      return false;
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      return true;
    }
  }

  private static void acceptAndClose(ServerSocket server, AtomicInteger attempts) {
    while (!server.isClosed()) {
      try (Socket accepted = server.accept()) {
        attempts.incrementAndGet();
      } catch (IOException e) {
        return; // the test has ended
      }
    }
  }
}
