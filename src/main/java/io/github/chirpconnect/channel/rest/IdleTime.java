package io.github.chirpconnect.channel.rest;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Measures how long a stream has waited for bytes from the network. While its listener is busy, the
 * stream asks for none and is not idle. Used by one thread at a time.
 */
final class IdleTime {
  private final LongSupplier nanoTime;
  private boolean waiting;
  private long since;

  IdleTime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Bytes were asked for. */
  void startWaiting() {
    waiting = true;
    since = nanoTime.getAsLong();
  }

  /** Bytes came. */
  void stopWaiting() {
    waiting = false;
  }

  boolean isWaiting() {
    return waiting;
  }

  Duration soFar() {
    return waiting ? Duration.ofNanos(nanoTime.getAsLong() - since) : Duration.ZERO;
  }
}
