package io.github.chirpconnect.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FastReconnectTest {
  private record Planned(Runnable task, Duration after) {}

  private final Connection connection = new Connection();
  private final List<Planned> planned = new ArrayList<>();
  private double random = 0;

  private void watch() {
    new FastReconnect(
            connection,
            (task, wait) -> planned.add(new Planned(task, wait)),
            () -> random,
            Duration.ofSeconds(5))
        .watch();
  }

  @Test
  void leavesAHealthyConnectionAlone() {
    watch();
    connection.turn(ConnectivityState.CONNECTING);
    connection.turn(ConnectivityState.READY);
    connection.turn(ConnectivityState.IDLE);
    assertThat(planned).isEmpty();
  }

  @Test
  void cutsTheWaitShortForAsLongAsItIsBroken() {
    watch();
    connection.turn(ConnectivityState.TRANSIENT_FAILURE);
    for (int i = 1; i <= 20; i++) {
      Planned next = planned.remove(0);
      assertThat(next.after()).isEqualTo(Duration.ofSeconds(5));
      next.task().run();
      assertThat(connection.resets).isEqualTo(i);
    }
    assertThat(planned).hasSize(1);
  }

  @Test
  void restsWhenItHasHealedAndWatchesAgain() {
    watch();
    connection.turn(ConnectivityState.TRANSIENT_FAILURE);
    connection.turn(ConnectivityState.READY);
    planned.remove(0).task().run();
    assertThat(connection.resets).isZero();
    assertThat(planned).isEmpty();
    connection.turn(ConnectivityState.TRANSIENT_FAILURE);
    assertThat(planned).hasSize(1);
  }

  @Test
  void spreadsTheAttemptsOfManyTasks() {
    random = 0.999;
    watch();
    connection.turn(ConnectivityState.TRANSIENT_FAILURE);
    assertThat(planned.get(0).after()).isBetween(Duration.ofMillis(2500), Duration.ofMillis(2510));
  }

  @Test
  void endsWithTheConnection() {
    watch();
    connection.turn(ConnectivityState.TRANSIENT_FAILURE);
    connection.turn(ConnectivityState.SHUTDOWN);
    planned.remove(0).task().run();
    assertThat(connection.resets).isZero();
    assertThat(planned).isEmpty();
    assertThat(connection.listener).isNull();
  }

  /** Has a state and a listener, and counts. */
  private static final class Connection extends ManagedChannel {
    private ConnectivityState state = ConnectivityState.IDLE;
    private Runnable listener;
    private int resets;

    void turn(ConnectivityState next) {
      state = next;
      Runnable told = listener;
      listener = null;
      if (told != null) {
        told.run();
      }
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
      return state;
    }

    @Override
    public void notifyWhenStateChanged(ConnectivityState source, Runnable callback) {
      assertThat(source).isEqualTo(state);
      listener = callback;
    }

    @Override
    public void resetConnectBackoff() {
      resets++;
    }

    @Override
    public ManagedChannel shutdown() {
      return this;
    }

    @Override
    public boolean isShutdown() {
      return state == ConnectivityState.SHUTDOWN;
    }

    @Override
    public boolean isTerminated() {
      return isShutdown();
    }

    @Override
    public ManagedChannel shutdownNow() {
      return this;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return isShutdown();
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
