package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Whether silence means anything. A server, a proxy or a link that stands still says nothing of any
 * log, however full it is. So whoever waits for silence asks here: while somebody does and nothing
 * comes by itself, the server is asked for a sign of life. Used by the streams thread only.
 */
public final class Pulse {
  /** After so long without a sign, one is asked for. */
  private static final long ASK_AFTER_MS = 1_000;

  /** One answer serves all who insist. */
  private static final long INSISTS_APART_MS = 500;

  /**
   * Without a sign for longer than this and a round trip, what should have brought it stood still.
   */
  private static final long STILL_MS = 2_000;

  private static final int ROUND_TRIPS = 5;

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final ChirpStack chirpStack;
  private final LongSupplier clock;
  private final Executor thread;
  private final Deque<Long> roundTrips = new ArrayDeque<>();
  private long lastSign = NEVER;
  private long beatsSince = NEVER;
  private long askedAt = NEVER;
  private long answeredAt = NEVER;
  private boolean asking;

  public Pulse(ChirpStack chirpStack, LongSupplier clock, Executor thread) {
    this.chirpStack = chirpStack;
    this.clock = clock;
    this.thread = thread;
  }

  /** Something came from the server. */
  void sign(long now) {
    if (!beats(now)) {
      beatsSince = now;
    }
    lastSign = now;
  }

  /** Somebody waits for silence; to be called again and again as long as that is so. */
  void ask(long now) {
    if (!asking && now - Math.max(lastSign, askedAt) >= ASK_AFTER_MS) {
      call(now);
    }
  }

  /** Somebody has to know that the server answers a call that is made now. */
  void insist(long now) {
    if (!asking && now - askedAt >= INSISTS_APART_MS) {
      call(now);
    }
  }

  private void call(long now) {
    asking = true;
    askedAt = now;
    chirpStack.probe().whenComplete((ok, failure) -> thread.execute(() -> answered(failure)));
  }

  private void answered(Throwable failure) {
    asking = false;
    // A refusal is an answer too; what it means is for others to judge.
    if (failure == null || (failure instanceof ApiException e && !e.kind().retriable())) {
      answeredAt = askedAt;
      long now = clock.getAsLong();
      roundTrips.addLast(now - askedAt);
      if (roundTrips.size() > ROUND_TRIPS) {
        roundTrips.removeFirst();
      }
      sign(now);
    }
  }

  /** Whether signs come, so that a log from which nothing comes is quiet. */
  boolean beats(long now) {
    long roundTrip = roundTrips.stream().mapToLong(Long::longValue).min().orElse(0);
    return now - lastSign <= STILL_MS + roundTrip;
  }

  /** When the last call was made that the server has answered. */
  long answeredAt() {
    return answeredAt;
  }

  /** Since when they have come without a pause: silence before that says nothing. */
  long beatsSince() {
    return beatsSince;
  }
}
