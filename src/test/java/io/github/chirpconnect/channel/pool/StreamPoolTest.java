package io.github.chirpconnect.channel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.channel.CapturedLog;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class StreamPoolTest {
  private final List<Connection> made = new ArrayList<>();
  private final Queue<Runnable> later = new ArrayDeque<>();
  private final Queue<Runnable> muchLater = new ArrayDeque<>();
  private final StreamPool pool = pool(2);

  private ManagedChannel connection() {
    Connection connection = new Connection("connection-" + made.size());
    made.add(connection);
    return connection;
  }

  @Test
  void makesAConnectionWhenOneIsNeeded() {
    assertThat(made).isEmpty();
    List<StreamLease> leases = acquire(5);
    assertThat(leases.stream().map(StreamPoolTest::connectionOf).toList())
        .containsExactly(0, 0, 1, 1, 2);
  }

  @Test
  void fillsGapsBeforeItMakesAnother() {
    List<StreamLease> leases = acquire(4);
    leases.get(0).release();
    assertThat(connectionOf(pool.acquire())).isZero();
    assertThat(made).hasSize(2);
  }

  @Test
  void aLeaseGivenBackTwiceCountsOnce() {
    List<StreamLease> leases = acquire(2);
    leases.get(0).release();
    leases.get(0).release();
    acquire(1);
    assertThat(made).hasSize(1);
    acquire(1);
    assertThat(made).hasSize(2);
  }

  @Test
  void closesAConnectionThatStaysEmpty() {
    acquire(3).get(2).release();
    assertThat(made.get(1).isShutdown()).isFalse();
    runLater();
    assertThat(made.get(1).isShutdown()).isTrue();
    assertThat(connectionOf(pool.acquire())).isEqualTo(2);
  }

  @Test
  void keepsAConnectionThatIsUsedAgainAndTheFirstInAnyCase() {
    List<StreamLease> leases = acquire(3);
    leases.get(2).release();
    StreamLease again = pool.acquire();
    assertThat(connectionOf(again)).isEqualTo(1);
    runLater();
    assertThat(made.get(1).isShutdown()).isFalse();
    again.release();
    leases.get(0).release();
    leases.get(1).release();
    runLater();
    assertThat(made.get(0).isShutdown()).isFalse();
    assertThat(made.get(1).isShutdown()).isTrue();
  }

  @Test
  void looksAtTheLastEmptinessOnly() {
    StreamLease third = acquire(3).get(2);
    third.release();
    pool.acquire().release();
    assertThat(later).hasSize(2);
    later.remove().run();
    assertThat(made.get(1).isShutdown()).isFalse();
    later.remove().run();
    assertThat(made.get(1).isShutdown()).isTrue();
  }

  @Test
  void closesAllAndGivesOnlyClosedOnesAfterwards() {
    List<StreamLease> leases = acquire(3);
    pool.close();
    assertThat(made).allMatch(ManagedChannel::isShutdown);
    acquire(5);
    assertThat(made).allMatch(ManagedChannel::isShutdown);
    leases.forEach(StreamLease::release);
    assertThat(later).isEmpty();
  }

  @Test
  void neverPutsTooManyOnOneConnectionHoweverManyThreadsAsk() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<List<StreamLease>>> held = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      Random random = new Random(seed);
      held.add(
          threads.submit(
              () -> {
                start.await();
                List<StreamLease> mine = new ArrayList<>();
                for (int i = 0; i < 1_000; i++) {
                  if (mine.size() < 3 || random.nextBoolean()) {
                    mine.add(pool.acquire());
                  } else {
                    mine.remove(random.nextInt(mine.size())).release();
                  }
                }
                return mine;
              }));
    }
    start.countDown();
    List<StreamLease> all = new ArrayList<>();
    for (Future<List<StreamLease>> one : held) {
      all.addAll(one.get());
    }
    threads.shutdown();
    assertThat(pool.streams()).isEqualTo(all.size());
    for (int i = 0; i < made.size(); i++) {
      int one = i;
      assertThat(all.stream().filter(lease -> connectionOf(lease) == one)).hasSizeLessThan(3);
    }
    all.forEach(StreamLease::release);
    runLater();
    assertThat(pool.streams()).isZero();
    assertThat(pool.connections()).isEqualTo(1);
  }

  /** A proxy permits less than is configured, and gRPC lets the rest wait without a word. */
  @Test
  void whatDoesNotGoOutGoesToAnotherConnection() {
    StreamPool pool = pool(10);
    List<Opened> opened = open(pool, 5);
    opened.forEach(Opened::created);
    opened.subList(0, 3).forEach(Opened::sent);
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      runLater();
      assertThat(log.lines())
          .as("said once, though two streams are held back")
          .singleElement(InstanceOfAssertFactories.STRING)
          .contains("Set chirpstack.max.streams.per.connection to 3 or less");
    }
    assertThat(opened).extracting(one -> one.sent).containsExactly(1, 1, 1, 0, 0);
    assertThat(opened).extracting(one -> one.withheld).containsExactly(0, 0, 0, 1, 1);
    opened.subList(3, 5).forEach(one -> one.lease.release());

    assertThat(open(pool, 4)).extracting(Opened::connection).containsExactly(1, 1, 1, 2);
    opened.get(0).lease.release();
    assertThat(open(pool, 1)).extracting(Opened::connection).containsExactly(0);
  }

  @Test
  void whatIsRefusedAfterItWentOutGoesToAnotherConnection() {
    StreamPool pool = pool(10);
    List<Opened> opened = open(pool, 4);
    opened.forEach(Opened::created);
    opened.forEach(Opened::sent);
    Status refused =
        Status.UNAVAILABLE.withDescription(
            "RST_STREAM closed stream. HTTP/2 error code: REFUSED_STREAM");
    opened.get(3).tracer.streamClosed(refused);
    assertThat(opened).extracting(one -> one.withheld).containsExactly(0, 0, 0, 1);
    opened.get(3).lease.release();
    opened.get(2).tracer.streamClosed(Status.UNAVAILABLE.withDescription("connection reset"));
    assertThat(opened).extracting(one -> one.withheld).containsExactly(0, 0, 0, 1);
    assertThat(open(pool, 1)).extracting(Opened::connection).containsExactly(1);
  }

  /**
   * Else a server that refused all but one for a moment would have a connection for each stream.
   */
  @Test
  void moreAreTriedAgainAfterAWhile() {
    StreamPool pool = pool(5);
    List<Opened> opened = open(pool, 3);
    opened.forEach(Opened::created);
    opened.get(0).sent();
    runLater();
    opened.subList(1, 3).forEach(one -> one.lease.release());
    assertThat(open(pool, 2)).extracting(Opened::connection).containsExactly(1, 2);

    muchLater.remove().run();
    assertThat(open(pool, 3)).extracting(Opened::connection).containsExactly(0, 1, 2);
    muchLater.remove().run();
    muchLater.remove().run();
    assertThat(muchLater).isEmpty();
    assertThat(open(pool, 9)).extracting(Opened::connection).containsOnly(0, 1, 2);
    assertThat(open(pool, 1)).extracting(Opened::connection).containsExactly(3);
  }

  @Test
  void aConnectionOnWhichNothingGoesOutIsNotFull() {
    StreamPool pool = pool(10);
    List<Opened> opened = open(pool, 2);
    opened.forEach(Opened::created);
    runLater();
    assertThat(opened).extracting(one -> one.withheld).containsExactly(0, 0);
    opened.forEach(Opened::sent);
    assertThat(open(pool, 8)).extracting(Opened::connection).containsOnly(0);
  }

  /** A worker without CPU is no proxy with a limit, and the log must not say so. */
  @Test
  void aThreadThatStoodStillHoldsNothingBack() {
    StreamPool pool = pool(10);
    List<Opened> opened = open(pool, 3);
    opened.forEach(Opened::created);
    opened.get(0).sent();
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      // What is due runs first when the thread wakes, and sends what waits behind it.
      runDue();
      opened.subList(1, 3).forEach(Opened::sent);
      runLater();
      assertThat(log.lines()).isEmpty();
    }
    assertThat(opened).extracting(one -> one.withheld).containsExactly(0, 0, 0);
    assertThat(open(pool, 7)).extracting(Opened::connection).containsOnly(0);
  }

  private StreamPool pool(int maxStreams) {
    return new StreamPool(
        this::connection,
        connection -> connection,
        (task, delay) -> (delay.equals(StreamPool.GROWS_AFTER) ? muchLater : later).add(task),
        maxStreams);
  }

  private List<Opened> open(StreamPool pool, int count) {
    List<Opened> opened = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      opened.add(new Opened(pool.acquire()));
    }
    return opened;
  }

  /** A stream on a lease, and what its connection tells of it. */
  private static final class Opened {
    private final StreamLease lease;
    private final ClientStreamTracer tracer;
    private int sent;
    private int withheld;

    Opened(StreamLease lease) {
      this.lease = lease;
      lease.watch(() -> sent++, () -> withheld++);
      TracedCall call = (TracedCall) lease.channel().newCall(null, CallOptions.DEFAULT);
      this.tracer = call.tracer();
    }

    void created() {
      tracer.streamCreated(Attributes.EMPTY, new Metadata());
    }

    void sent() {
      tracer.outboundHeaders();
    }

    int connection() {
      return connectionOf(lease);
    }
  }

  private static final class TracedCall extends ClientCall<Object, Object> {
    private final CallOptions options;

    TracedCall(CallOptions options) {
      this.options = options;
    }

    ClientStreamTracer tracer() {
      return options
          .getStreamTracerFactories()
          .get(0)
          .newClientStreamTracer(
              ClientStreamTracer.StreamInfo.newBuilder().build(), new Metadata());
    }

    @Override
    public void start(Listener<Object> listener, Metadata headers) {
      throw new IllegalStateException("these tests start no calls");
    }

    @Override
    public void request(int messages) {
      throw new IllegalStateException("these tests start no calls");
    }

    @Override
    public void cancel(String message, Throwable cause) {
      throw new IllegalStateException("these tests start no calls");
    }

    @Override
    public void halfClose() {
      throw new IllegalStateException("these tests start no calls");
    }

    @Override
    public void sendMessage(Object message) {
      throw new IllegalStateException("these tests start no calls");
    }
  }

  private static int connectionOf(StreamLease lease) {
    return Integer.parseInt(lease.channel().authority().replace("connection-", ""));
  }

  private List<StreamLease> acquire(int count) {
    List<StreamLease> leases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leases.add(pool.acquire());
    }
    return leases;
  }

  /** What is scheduled by now, and not what that schedules. */
  private void runDue() {
    for (int due = later.size(); due > 0; due--) {
      later.remove().run();
    }
  }

  private void runLater() {
    while (!later.isEmpty()) {
      later.remove().run();
    }
  }

  /** Knows only whether it was shut down. */
  private static final class Connection extends ManagedChannel {
    private final String name;
    private boolean shutdown;

    Connection(String name) {
      this.name = name;
    }

    @Override
    public ManagedChannel shutdown() {
      shutdown = true;
      return this;
    }

    @Override
    public boolean isShutdown() {
      return shutdown;
    }

    @Override
    public boolean isTerminated() {
      return shutdown;
    }

    @Override
    public ManagedChannel shutdownNow() {
      return shutdown();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return shutdown;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
      return (ClientCall<Q, A>) new TracedCall(options);
    }

    @Override
    public String authority() {
      return name;
    }
  }
}
