package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Decides whether silence means anything. If a server, proxy or link stands still, every log is
 * silent, however full it is. So silence counts only while this class sees signs of life; if none
 * come by themselves, it makes a call. Used only on the streams thread.
 */
public final class Pulse {
  /** After this time without a sign of life, a call is made. */
  private static final long ASK_AFTER_MS = 1_000;

  /** One answer serves all callers of {@link #insist} within this time. */
  private static final long INSISTS_APART_MS = 500;

  /** If no sign arrives for this time and a round trip, the way to the server stood still. */
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

  /** A reader waits for silence. It calls this repeatedly as long as it waits. */
  void ask(long now) {
    if (!asking && now - Math.max(lastSign, askedAt) >= ASK_AFTER_MS) {
      call(now);
    }
  }

  /** A reader needs an answer to a call that is made now. */
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
    // A refusal is an answer too; its meaning is decided elsewhere.
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

  /** Whether signs of life arrive, so that a log without entries is quiet. */
  boolean beats(long now) {
    long roundTrip = roundTrips.stream().mapToLong(Long::longValue).min().orElse(0);
    return now - lastSign <= STILL_MS + roundTrip;
  }

  /** The start of the last call that the server has answered. */
  long answeredAt() {
    return answeredAt;
  }

  /** Since when signs have arrived without a pause. Silence before that means nothing. */
  long beatsSince() {
    return beatsSince;
  }
}
