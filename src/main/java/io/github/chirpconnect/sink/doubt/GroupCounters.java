package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.common.BoundedMap;
import io.github.chirpconnect.common.StageFailure;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The next frame counters of multicast groups, as this task read them last. The server raises a
 * group's counter by one for each downlink that it takes, from whomever. So a counter that was read
 * before a call shows afterwards whether anything was taken since.
 */
final class GroupCounters {
  /**
   * How long a counter is good enough. Other clients may use a group too; what they queue in this
   * time makes a lost call unknown. A group gets a downlink each five seconds or so at most.
   */
  static final long FRESH_MS = 10_000;

  private static final int GROUPS = 10_000;

  private record Counter(Optional<Long> counter, long at) {}

  private final LongSupplier steadyMillis;
  private final Map<String, Counter> readings = BoundedMap.leastUsedFirst(GROUPS);

  GroupCounters(LongSupplier steadyMillis) {
    this.steadyMillis = steadyMillis;
  }

  /** Whether the group's counter was read, or the reading refused, a moment ago. */
  boolean isFresh(Target group) {
    Counter reading = readings.get(group.id());
    return reading != null && steadyMillis.getAsLong() - reading.at() < FRESH_MS;
  }

  /** The counter before the next call; empty if the server does not tell it. */
  Optional<Long> of(Target group) {
    Counter reading = readings.get(group.id());
    return reading == null ? Optional.empty() : reading.counter();
  }

  void read(Target group, Optional<Long> counter) {
    readings.put(group.id(), new Counter(counter, steadyMillis.getAsLong()));
  }

  /** The server took a downlink. */
  void took(Target group, Receipt receipt) {
    read(group, Optional.of(receipt.fCntDown() + 1));
  }

  /** Another task may have used any group meanwhile. */
  void forget() {
    readings.clear();
  }

  /** Reads the counter; empty if the key may not read the group, or if there is none. */
  static CompletionStage<Optional<Long>> ask(ChirpStack chirpStack, Target group) {
    return chirpStack
        .frameCounter(group.id())
        .handle(
            (counter, e) ->
                e == null
                    ? CompletableFuture.completedFuture(Optional.of(counter))
                    : isRefused(StageFailure.cause(e))
                        ? CompletableFuture.completedFuture(Optional.<Long>empty())
                        : CompletableFuture.<Optional<Long>>failedFuture(StageFailure.cause(e)))
        .thenCompose(answer -> answer);
  }

  private static boolean isRefused(Throwable e) {
    return e instanceof ApiException failure
        && (failure.kind() == FailureKind.NOT_PERMITTED
            || failure.kind() == FailureKind.BAD_REQUEST);
  }
}
