package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.feed.Feed;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports what the walks find, in the worker's log. A lasting state is reported when it begins, and
 * then once an hour. Not thread-safe.
 */
public final class WalkLog {
  private static final Logger LOG = LoggerFactory.getLogger(WalkLog.class);

  private final Feed feed;
  private final Lasting size = new Lasting();
  private final Lasting withheld = new Lasting();

  WalkLog(Feed feed) {
    this.feed = feed;
  }

  void walked(long millis, int listed, int mine, long now) {
    if (size.due(List.of(listed, mine), now)) {
      LOG.info(
          "Inventory walk in {} ms: {} {}, {} of them this task's", millis, listed, feed, mine);
    } else {
      LOG.debug("Inventory walk of {} in {} ms", feed, millis);
    }
  }

  void missing(InventoryDiff.Missing absence, long now) {
    if (absence.withheld().isEmpty()) {
      if (withheld.over()) {
        LOG.info("All known {} are in the inventory again, or count as deleted", feed);
      }
    } else if (withheld.due(List.of(absence.missing(), absence.known()), now)) {
      LOG.warn(
          "{} of {} known {} are missing from the inventory, more than inventory.delete.max.share permits at once, so none "
              + "is taken for deleted. Check that chirpstack.url, the tenants and the applications are right; if they were "
              + "deleted on purpose, raise inventory.delete.max.share until this is settled. For example: {}",
          absence.missing(),
          absence.known(),
          feed,
          absence.withheld().get(0));
    }
  }
}
