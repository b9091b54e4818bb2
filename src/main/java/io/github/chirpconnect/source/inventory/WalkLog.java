package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.config.ConnectionConfig;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the walks through the inventory find, in the worker's log. What stays as it is is said when
 * it begins, and then once an hour. Not thread-safe.
 */
public final class WalkLog {
  static final long REMINDED_MS = 3_600_000;

  private static final Logger LOG = LoggerFactory.getLogger(WalkLog.class);

  /** Something that lasts. */
  private static final class Lasting {
    private Object saidOf;
    private long saidAt;

    /** Whether it is to be said, now that it is so. */
    boolean due(Object what, long now) {
      if (what.equals(saidOf) && now - saidAt < REMINDED_MS) {
        return false;
      }
      saidOf = what;
      saidAt = now;
      return true;
    }

    /** It is over; returns whether it had been said. */
    boolean over() {
      boolean said = saidOf != null;
      saidOf = null;
      return said;
    }
  }

  private final Lasting size = new Lasting();
  private final Lasting withheld = new Lasting();
  private final Lasting absences = new Lasting();

  void walked(long millis, int listed, int mine, long now) {
    if (size.due(List.of(listed, mine), now)) {
      LOG.info("Inventory walk in {} ms: {} devices, {} of them this task's", millis, listed, mine);
    } else {
      LOG.debug("Inventory walk in {} ms", millis);
    }
  }

  void missing(InventoryDiff.Missing absence, long now) {
    if (absence.withheld().isEmpty()) {
      if (withheld.over()) {
        LOG.info(
            "No device is missing from the inventory any more without being taken for deleted");
      }
    } else if (withheld.due(List.of(absence.missing(), absence.known()), now)) {
      LOG.warn(
          "{} of {} known devices are missing from the inventory, more than inventory.delete.max.share permits at once, so none "
              + "is taken for deleted. Check that chirpstack.url, the tenants and the applications are right; if the devices were "
              + "deleted on purpose, raise inventory.delete.max.share until this is settled. For example: {}",
          absence.missing(),
          absence.known(),
          absence.withheld().get(0));
    }
  }

  void absent(List<Absent> absent, long now) {
    if (absent.isEmpty()) {
      if (absences.over()) {
        LOG.info("All tenants and applications that are configured are there again");
      }
    } else if (absences.due(absent.stream().map(Absent::subject).toList(), now)) {
      for (Absent one : absent) {
        LOG.warn(
            "{} Its devices are taken for deleted when two walks have missed them, as far as inventory.delete.max.share permits; "
                + "all others are read on. If it was deleted, take {} out of {}",
            sentence(one.reason()),
            one.subject().id(),
            key(one));
      }
    }
  }

  private static String sentence(String reason) {
    return reason.endsWith(".") ? reason : reason + ".";
  }

  /** The key that names it. */
  private static String key(Absent absent) {
    return absent.subject().type() == Subject.Type.APPLICATION
        ? ConnectionConfig.APPLICATION_IDS
        : ConnectionConfig.TENANT_IDS;
  }
}
