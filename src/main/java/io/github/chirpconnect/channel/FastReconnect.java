package io.github.chirpconnect.channel;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;

/**
 * Reconnects within seconds after a long outage. gRPC itself waits up to two minutes between
 * attempts, and fails every call meanwhile although the server is back. The first, short waits
 * remain gRPC's own.
 */
final class FastReconnect {
  private final ManagedChannel connection;
  private final BiConsumer<Runnable, Duration> later;
  private final DoubleSupplier random;
  private final Duration longestWait;

  /**
   * @param later runs a task after a time
   * @param random uniform in [0, 1): connections that failed together must not reconnect together
   */
  FastReconnect(
      ManagedChannel connection,
      BiConsumer<Runnable, Duration> later,
      DoubleSupplier random,
      Duration longestWait) {
    this.connection = connection;
    this.later = later;
    this.random = random;
    this.longestWait = longestWait;
  }

  /** Watches the connection until it is shut down. */
  void watch() {
    ConnectivityState state = connection.getState(false);
    switch (state) {
      case SHUTDOWN -> {}
      case TRANSIENT_FAILURE -> later.accept(this::cutShort, nextWait());
      default -> connection.notifyWhenStateChanged(state, this::watch);
    }
  }

  private void cutShort() {
    if (connection.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      // Also resolves the name again: the server may have another address.
      connection.resetConnectBackoff();
    }
    watch();
  }

  private Duration nextWait() {
    long millis = longestWait.toMillis();
    return Duration.ofMillis(millis - (long) (random.getAsDouble() * millis / 2));
  }
}
