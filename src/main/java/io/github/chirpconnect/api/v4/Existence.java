package io.github.chirpconnect.api.v4;

import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.Remembered;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Knows whether devices and multicast groups exist. ChirpStack v4 says OK to an admin's key that
 * empties the queue of one that does not. Each is asked for once, and again after ten minutes,
 * since it can be deleted. Safe for use by many threads.
 */
final class Existence {
  private static final Duration BELIEVED = Duration.ofMinutes(10);

  private final ClassifiedCalls calls;
  private final Remembered existing;

  Existence(ClassifiedCalls calls, LongSupplier nanoClock) {
    this.calls = calls;
    this.existing = new Remembered(nanoClock, BELIEVED);
  }

  /**
   * @return fails as {@link FailureKind#NOT_PERMITTED} if the server says that it has no such
   *     device or group; whatever else it answers, the next call will hear it again
   */
  CompletableFuture<Void> check(Target target) {
    if (existing.contains(target.toString())) {
      return CompletableFuture.completedFuture(null);
    }
    return calls
        .isSeen(target)
        .thenAccept(
            seen -> {
              if (seen) {
                existing.add(target.toString());
              }
            });
  }
}
