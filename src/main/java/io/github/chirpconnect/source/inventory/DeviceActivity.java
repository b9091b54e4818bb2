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
 * Adds to each device of a walk whether it is active. No list has this. The rule is the one of the
 * server's dashboard: a device is inactive if it was last seen longer ago than one and a half times
 * the uplink interval of its profile. It is evaluated at each walk, so a device that falls silent
 * changes although nothing changes on the server.
 *
 * <p>Used only on the walk's thread.
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
   * @param wallClock to compare with the server's times
   */
  public DeviceActivity(ChirpStack chirpStack, Clock clock, Clock wallClock) {
    this.chirpStack = chirpStack;
    this.wallClock = wallClock;
    this.intervals = new UplinkIntervals(chirpStack, clock);
  }

  /**
   * Also walks the device profiles, whose times of change show when an interval may have changed.
   */
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
   * Null if it is not known.
   *
   * @throws ApiException if the server could not be asked: then the walk must be repeated, or the
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
