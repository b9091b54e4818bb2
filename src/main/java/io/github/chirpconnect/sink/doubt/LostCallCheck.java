package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.sink.outcome.PartitionCommits;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Whether a timed-out Enqueue may have taken effect although its item is not queued. */
public final class LostCallCheck {
  /** How long such a call may still wait in a busy server: almost three seconds were measured. */
  public static final long SETTLE_MS = 3_000;

  private LostCallCheck() {}

  /**
   * An absent item was never queued only if the server cannot have sent it meanwhile: a class A
   * device is served only after an uplink, and it sent none.
   *
   * @param before read after the call, before the queue was read
   * @param after read after the queue was read for the last time
   * @param sentAt when the call was made, by the worker's clock
   * @return why the outcome is unknown; empty when the command was never queued
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
