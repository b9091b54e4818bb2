package io.github.chirpconnect.source.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.feed.Feed;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Walks that tell of each device whether it is active. No list has that; the rule is the one by
 * which the server counts on its dashboard: a device is inactive when it was last seen longer ago
 * than one and a half times the uplink interval of its profile. It holds for the moment of the
 * walk, so a device that goes silent changes although nothing changes at the server.
 *
 * <p>Used by the walk's thread only.
 */
public final class DeviceActivity implements InventorySource {
  static final String FIELD = "activity";
  private static final String NEVER_SEEN = "NEVER_SEEN";
  private static final String ACTIVE = "ACTIVE";
  private static final String INACTIVE = "INACTIVE";

  private final ChirpStack chirpStack;
  private final Clock wallClock;
  private final UplinkIntervals intervals;

  /**
   * @param clock for intervals
   * @param wallClock for what the server has dated
   */
  public DeviceActivity(ChirpStack chirpStack, Clock clock, Clock wallClock) {
    this.chirpStack = chirpStack;
    this.wallClock = wallClock;
    this.intervals = new UplinkIntervals(chirpStack, clock);
  }

  /** Walks the device profiles too, for they tell when an interval may have changed. */
  @Override
  public void walk(Scope scope, Set<Feed> kinds, InventoryWalk walk) throws InterruptedException {
    Set<Feed> all = EnumSet.of(Feed.DEVICE_PROFILES);
    all.addAll(kinds);
    intervals.begin();
    chirpStack.inventory(
        scope,
        all,
        new InventoryWalk() {
          @Override
          public void page(List<Entity> entities) {
            Feed feed = entities.isEmpty() ? null : entities.get(0).feed();
            if (feed == Feed.DEVICE_PROFILES) {
              entities.forEach(intervals::listed);
            } else if (feed == Feed.DEVICES) {
              tell(entities);
            }
            if (feed == null || kinds.contains(feed)) {
              walk.page(entities);
            }
          }

          @Override
          public void absent(Absent absent) {
            walk.absent(absent);
          }
        });
    intervals.end();
  }

  private void tell(List<Entity> devices) {
    Instant now = wallClock.instant();
    try {
      for (Entity device : devices) {
        device.body().put(FIELD, activity(device, now));
      }
    } catch (InterruptedException e) {
      throw new InventoryReader.Stopping(e);
    }
  }

  /**
   * Null where it is not known.
   *
   * @throws ApiException when the server could not be asked: the walk has to be repeated, or the
   *     device would seem to change twice
   */
  private String activity(Entity device, Instant now) throws InterruptedException {
    if (device.lastSeenAt() == null) {
      return NEVER_SEEN;
    }
    ObjectNode body = device.body();
    return intervals
        .of(body.path("deviceProfileId").asText(""))
        .map(interval -> device.lastSeenAt().plus(interval.multipliedBy(3).dividedBy(2)))
        .map(until -> now.isAfter(until) ? INACTIVE : ACTIVE)
        .orElse(null);
  }
}
