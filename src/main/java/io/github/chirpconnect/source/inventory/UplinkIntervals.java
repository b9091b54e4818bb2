package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.FailureKind;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The uplink intervals of device profiles. A list of profiles lacks them, so each profile that has
 * devices is requested once, and again when the list shows that it was changed. A profile that no
 * list shows (of a tenant that is not configured, or global) is requested again after a while.
 *
 * <p>Used only on the walk's thread.
 */
final class UplinkIntervals {
  private static final Logger LOG = LoggerFactory.getLogger(UplinkIntervals.class);

  /** How long an answer is valid if nothing shows whether it is still current. */
  static final Duration BELIEVED = Duration.ofMinutes(10);

  /**
   * @param interval empty if the server does not tell it, or not to this key
   * @param updatedAt the profile's time of change in the list at that time; empty if no list shows
   *     it
   * @param askedAt by the steady clock
   */
  private record Known(Optional<Duration> interval, String updatedAt, long askedAt) {}

  private final ChirpStack chirpStack;
  private final Clock clock;
  private final Map<String, Known> known = new HashMap<>();

  /** Of this walk: the time of change of each profile. */
  private final Map<String, String> updatedAt = new HashMap<>();

  /** Of this walk: the profiles that have devices. */
  private final Set<String> used = new HashSet<>();

  private final Lasting refused = new Lasting();

  UplinkIntervals(ChirpStack chirpStack, Clock clock) {
    this.chirpStack = chirpStack;
    this.clock = clock;
  }

  /** A walk begins. */
  void begin() {
    updatedAt.clear();
    used.clear();
  }

  /** The walk found a device profile. */
  void listed(Entity profile) {
    updatedAt.put(profile.id(), profile.body().path("updatedAt").asText(""));
  }

  /** The walk is complete. */
  void end() {
    known.keySet().retainAll(used);
  }

  /**
   * Empty if it is not known.
   *
   * @throws ApiException if the server could not be asked
   */
  Optional<Duration> of(String profileId) throws InterruptedException {
    if (profileId.isEmpty()) {
      return Optional.empty();
    }
    boolean first = used.add(profileId);
    Known before = known.get(profileId);
    // Once per walk, so that the same interval applies to all devices of a profile.
    if (before != null && (!first || isFresh(before, updatedAt.getOrDefault(profileId, "")))) {
      return before.interval();
    }
    Optional<Duration> interval = ask(profileId);
    known.put(
        profileId, new Known(interval, updatedAt.getOrDefault(profileId, ""), clock.millis()));
    return interval;
  }

  private boolean isFresh(Known before, String listedUpdatedAt) {
    boolean dated = !listedUpdatedAt.isEmpty() && before.interval().isPresent();
    return dated
        ? before.updatedAt().equals(listedUpdatedAt)
        : clock.millis() - before.askedAt() < BELIEVED.toMillis();
  }

  private Optional<Duration> ask(String profileId) throws InterruptedException {
    try {
      return chirpStack.uplinkInterval(profileId).toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof ApiException failure)) {
        throw new IllegalStateException(e.getCause());
      }
      if (failure.kind() != FailureKind.NOT_PERMITTED) {
        throw failure;
      }
      if (refused.due(profileId, clock.millis())) {
        LOG.warn(
            "The activity of the devices with the device profile {} is not known, as the API key may not see it: {}",
            profileId,
            failure.getMessage());
      }
      return Optional.empty();
    }
  }
}
