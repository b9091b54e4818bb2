package io.github.chirpconnect.channel;

import static io.github.chirpconnect.channel.LoopbackServer.OTHER_TOKEN;
import static io.github.chirpconnect.channel.LoopbackServer.TOKEN;
import static io.github.chirpconnect.channel.LoopbackServer.echo;
import static io.github.chirpconnect.channel.LoopbackServer.watch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.chirpconnect.channel.pool.StreamLease;
import io.github.chirpconnect.channel.token.TokenUnavailableException;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.TokenFiles;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ChirpStackChannelsIT {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Counts what came; streams of these tests never end by themselves. */
  private static final class Counter implements StreamObserver<String> {
    final AtomicInteger entries = new AtomicInteger();
    volatile Throwable end;

    @Override
    public void onNext(String value) {
      entries.incrementAndGet();
    }

    @Override
    public void onError(Throwable t) {
      end = t;
    }

    @Override
    public void onCompleted() {
      end = Status.OK.asException();
    }
  }

  @BeforeAll
  static void permitTokenFiles() {
    System.setProperty(TokenFiles.DIRECTORIES, System.getProperty("java.io.tmpdir"));
  }

  @AfterAll
  static void permitNone() {
    System.clearProperty(TokenFiles.DIRECTORIES);
  }

  @Test
  void sendsTheKeyAndADeadlineWithEachUnaryCall() throws Exception {
    try (LoopbackServer server = new LoopbackServer();
        ChirpStackChannels channels =
            new ChirpStackChannels(
                server.config(Map.of(ConnectionConfig.REQUEST_TIMEOUT, "7000")))) {
      assertThat(echo(channels.unary(), "a")).isEqualTo("a");
      ClientCalls.blockingUnaryCall(
          channels.unary(),
          LoopbackServer.ECHO,
          CallOptions.DEFAULT.withDeadlineAfter(3, TimeUnit.SECONDS),
          "b");
      assertThat(server.authorizations()).containsExactly("Bearer " + TOKEN, "Bearer " + TOKEN);
      List<Long> deadlines = server.seen.stream().map(LoopbackServer.Seen::deadlineMs).toList();
      assertThat(deadlines.get(0)).isBetween(3_001L, 7_000L);
      assertThat(deadlines.get(1)).isBetween(0L, 3_000L);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:%d, 127.0.0.1:%d",
    "grpc://127.0.0.1:%d/, 127.0.0.1:%d",
    "GRPC://LOCALHOST:%d, LOCALHOST:%d",
    "[::1]:%d, [::1]:%d",
    "grpc://[0:0:0:0:0:0:0:1]:%d/, [0:0:0:0:0:0:0:1]:%d",
    "grpc://[::1%%lo]:%d, [::1]:%d",
    "grpc://[::1%%25lo]:%d, [::1]:%d"
  })
  void reachesTheServerByEachFormOfItsAddress(String url, String authority) throws Exception {
    boolean v6 = url.contains("[");
    assumeTrue(!v6 || loopbackIsV6(), "this machine has no IPv6");
    assumeTrue(
        !url.contains("lo]") || NetworkInterface.getByName("lo") != null,
        "this machine calls its loopback otherwise");
    int port = freePort();
    try (LoopbackServer server =
            new LoopbackServer(
                port,
                builder -> {
                  if (v6) {
                    builder.addListenAddress(new InetSocketAddress(loopbackV6(), port));
                  }
                });
        ChirpStackChannels channels =
            new ChirpStackChannels(LoopbackServer.config(url.formatted(port), Map.of()))) {
      assertThat(echo(channels.unary(), "a")).isEqualTo("a");
      assertThat(server.seen.element().authority()).isEqualTo(authority.formatted(port));
    }
  }

  private static boolean loopbackIsV6() {
    try (ServerSocket probe = new ServerSocket(0, 1, loopbackV6())) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static InetAddress loopbackV6() {
    byte[] address = new byte[16];
    address[15] = 1;
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  @Test
  void failsACallThatTheServerDoesNotAnswerInTime() throws Exception {
    try (LoopbackServer server = new LoopbackServer();
        ChirpStackChannels channels =
            new ChirpStackChannels(
                server.config(Map.of(ConnectionConfig.REQUEST_TIMEOUT, "300")))) {
      server.answer =
          headers -> {
            await().pollDelay(1, TimeUnit.SECONDS).until(() -> true);
            return Status.OK;
          };
      assertThatThrownBy(() -> echo(channels.unary(), "a"))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    }
  }

  @Test
  void streamsHaveNoDeadline() throws Exception {
    try (LoopbackServer server = new LoopbackServer();
        ChirpStackChannels channels = new ChirpStackChannels(server.config(Map.of()))) {
      Counter counter = new Counter();
      watch(channels.acquireStream().channel(), counter);
      await().until(() -> counter.entries.get() == 1);
      assertThat(server.seen.element().deadlineMs()).isNull();
      assertThat(server.authorizations()).containsExactly("Bearer " + TOKEN);
    }
  }

  @Test
  void spreadsStreamsOverConnectionsAndKeepsUnaryCallsAnswering() throws Exception {
    try (LoopbackServer server =
            new LoopbackServer(0, builder -> builder.maxConcurrentCallsPerConnection(100));
        ChirpStackChannels channels =
            new ChirpStackChannels(
                server.config(Map.of(ConnectionConfig.MAX_STREAMS_PER_CONNECTION, "100")))) {
      Counter counter = new Counter();
      List<StreamLease> leases = new ArrayList<>();
      List<ClientCall<String, String>> calls = new ArrayList<>();
      for (int i = 0; i < 250; i++) {
        StreamLease lease = channels.acquireStream();
        leases.add(lease);
        calls.add(watch(lease.channel(), counter));
      }
      await().until(() -> counter.entries.get() == 250);
      assertThat(server.streamsOf.values())
          .extracting(AtomicInteger::get)
          .containsExactlyInAnyOrder(100, 100, 50);
      assertThat(echo(channels.unary(), "beside")).isEqualTo("beside");
      assertThat(server.peers).hasSize(4);

      calls.subList(0, 100).forEach(call -> call.cancel("enough", null));
      leases.subList(0, 100).forEach(StreamLease::release);
      await().until(() -> server.openStreams.get() == 150);
      for (int i = 0; i < 50; i++) {
        watch(channels.acquireStream().channel(), counter);
      }
      await().until(() -> counter.entries.get() == 300);
      assertThat(server.peers).hasSize(4);
    }
  }

  @Test
  void takesANewKeyFromTheFileWithoutAnyCallFailing(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("key"), TOKEN + "\n");
    try (LoopbackServer server = new LoopbackServer();
        ChirpStackChannels channels =
            new ChirpStackChannels(
                server.config(Map.of(ConnectionConfig.TOKEN_FILE, file.toString())))) {
      assertThat(channels.tokenFromFile()).isTrue();
      echo(channels.unary(), "a");
      replace(file, OTHER_TOKEN);
      await()
          .until(
              () -> {
                echo(channels.unary(), "b");
                return server.authorizations().contains("Bearer " + OTHER_TOKEN);
              });
      assertThat(server.authorizations())
          .containsOnly("Bearer " + TOKEN, "Bearer " + OTHER_TOKEN)
          .startsWith("Bearer " + TOKEN);
    }
  }

  @Test
  void readsTheFileAgainWhenTheServerRefusesTheKey(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("key"), TOKEN);
    try (LoopbackServer server = new LoopbackServer();
        ChirpStackChannels channels =
            new ChirpStackChannels(
                server.config(Map.of(ConnectionConfig.TOKEN_FILE, file.toString())))) {
      echo(channels.unary(), "a");
      // Neither time nor size nor identity tell that the content is another.
      String next = TOKEN.toLowerCase(Locale.ROOT);
      FileTime time = Files.getLastModifiedTime(file);
      Files.writeString(file, next);
      Files.setLastModifiedTime(file, time);
      server.answer =
          headers ->
              ("Bearer " + next).equals(headers.get(AUTHORIZATION))
                  ? Status.OK
                  : Status.UNAUTHENTICATED;
      await().ignoreExceptions().until(() -> echo(channels.unary(), "b").equals("b"));
    }
  }

  @Test
  void failsCallsWhileTheFileIsMissingAndGoesOnWithIt(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("key");
    try (LoopbackServer server = new LoopbackServer();
        ChirpStackChannels channels =
            new ChirpStackChannels(
                server.config(Map.of(ConnectionConfig.TOKEN_FILE, file.toString())))) {
      assertThatThrownBy(() -> echo(channels.unary(), "a"))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
                assertThat(e.getStatus().getDescription()).contains(file.toString());
                assertThat(e.getStatus().getCause()).isInstanceOf(TokenUnavailableException.class);
              });
      assertThat(server.seen).isEmpty();
      Files.writeString(file, TOKEN);
      await().ignoreExceptions().until(() -> echo(channels.unary(), "b").equals("b"));
    }
  }

  @Test
  void neverLogsTheKeyEvenWhenEverythingElseIsLogged() throws Exception {
    try (CapturedLog log = new CapturedLog(Level.ALL);
        LoopbackServer server = new LoopbackServer();
        ChirpStackChannels channels = new ChirpStackChannels(server.config(Map.of()))) {
      server.answer = headers -> Status.UNAUTHENTICATED;
      assertThatThrownBy(() -> echo(channels.unary(), "a"))
          .satisfies(e -> assertThat(e.toString()).doesNotContain(TOKEN));
      assertThat(log.lines()).isNotEmpty();
      // The server of the test logs what it receives; it is no part of the plugin.
      assertThat(log.lines())
          .filteredOn(line -> !line.contains("NettyServerHandler"))
          .noneMatch(line -> line.contains(TOKEN));
    }
  }

  @Test
  void endsCallsAndLeavesNoThreadBehind() throws Exception {
    Counter counter = new Counter();
    try (LoopbackServer server = new LoopbackServer()) {
      ChirpStackChannels channels = new ChirpStackChannels(server.config(Map.of()));
      echo(channels.unary(), "a");
      watch(channels.acquireStream().channel(), counter);
      await().until(() -> counter.entries.get() == 1);
      assertThat(ownThreads()).isNotEmpty().allMatch(Thread::isDaemon);

      long before = System.nanoTime();
      channels.close();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(500));
      await().until(() -> counter.end != null);
      assertThat(Status.fromThrowable(counter.end).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      await().until(() -> ownThreads().isEmpty());

      channels.close();
      assertThatThrownBy(() -> echo(channels.unary(), "late"))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("UNAVAILABLE");
      Counter late = new Counter();
      StreamLease lease = channels.acquireStream();
      watch(lease.channel(), late);
      await().until(() -> late.end != null);
      assertThat(Status.fromThrowable(late.end).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      lease.release();
      assertThat(ownThreads()).isEmpty();
    }
  }

  private static List<Thread> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("chirpstack-"))
        .toList();
  }

  private static void replace(Path file, String token) throws IOException {
    Path next = Files.writeString(file.resolveSibling("next"), token);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
