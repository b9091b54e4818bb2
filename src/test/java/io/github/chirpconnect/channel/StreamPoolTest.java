package io.github.chirpconnect.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
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
import org.junit.jupiter.api.Test;

class StreamPoolTest {
  private final List<Connection> made = new ArrayList<>();
  private final Queue<Runnable> later = new ArrayDeque<>();
  private final StreamPool pool =
      new StreamPool(this::connection, connection -> connection, later::add, 2);

  private ManagedChannel connection() {
    Connection connection = new Connection();
    made.add(connection);
    return connection;
  }

  @Test
  void makesAConnectionWhenOneIsNeeded() {
    assertThat(made).isEmpty();
    List<StreamLease> leases = acquire(5);
    assertThat(leases.stream().map(StreamLease::channel).toList())
        .containsExactly(made.get(0), made.get(0), made.get(1), made.get(1), made.get(2));
  }

  @Test
  void fillsGapsBeforeItMakesAnother() {
    List<StreamLease> leases = acquire(4);
    leases.get(0).release();
    assertThat(pool.acquire().channel()).isSameAs(made.get(0));
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
    assertThat(pool.acquire().channel()).isSameAs(made.get(2));
  }

  @Test
  void keepsAConnectionThatIsUsedAgainAndTheFirstInAnyCase() {
    List<StreamLease> leases = acquire(3);
    leases.get(2).release();
    StreamLease again = pool.acquire();
    assertThat(again.channel()).isSameAs(made.get(1));
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
    for (Connection connection : made) {
      assertThat(all.stream().filter(lease -> lease.channel() == connection)).hasSizeLessThan(3);
    }
    all.forEach(StreamLease::release);
    runLater();
    assertThat(pool.streams()).isZero();
    assertThat(pool.connections()).isEqualTo(1);
  }

  private List<StreamLease> acquire(int count) {
    List<StreamLease> leases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leases.add(pool.acquire());
    }
    return leases;
  }

  private void runLater() {
    while (!later.isEmpty()) {
      later.remove().run();
    }
  }

  /** Knows only whether it was shut down. */
  private static final class Connection extends ManagedChannel {
    private boolean shutdown;

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
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
      throw new IllegalStateException("these tests make no calls");
    }

    @Override
    public String authority() {
      return "test";
    }
  }
}
