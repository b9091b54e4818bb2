package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.sink.outcome.PartitionCommits;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** What a call that was cut off, and whose item is not in the queue, may have done. */
public final class LostCallCheck {
  /** Such a call may still wait in a busy server: almost three seconds were seen. */
  public static final long SETTLE_MS = 3_000;

  private LostCallCheck() {}

  /**
   * Absent means "never queued" only where nothing can have taken the item out: a class A device is
   * served when it sends, and it has not.
   *
   * @param before read after the call, before the queue was looked at
   * @param after read after the queue was looked at for the last time
   * @param sentAt when the call was made, by the worker's clock
   * @return why nobody can tell; empty when it was never queued
   */
  public static Optional<String> doubt(DeviceState before, DeviceState after, Instant sentAt) {
    Instant seen = after.lastSeenAt();
    boolean silent =
        Objects.equals(before.lastSeenAt(), seen)
            && (seen == null || seen.isBefore(sentAt.minus(PartitionCommits.CLOCKS_APART)));
    if (!silent) {
      return Optional.of(
          "it is not in the device's queue, but the device has been heard since, at " + seen);
    }
    if (!"CLASS_A".equals(after.deviceClass())) {
      return Optional.of(
          "it is not in the device's queue, but the device may be served at any time ("
              + Objects.requireNonNullElse(after.deviceClass(), "class not known")
              + ")");
    }
    return Optional.empty();
  }
}
