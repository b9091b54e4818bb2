package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.config.ConnectionConfig;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports configured tenants and applications that do not exist, in the worker's log. */
final class ScopeLog {
  private static final Logger LOG = LoggerFactory.getLogger(ScopeLog.class);

  private final Lasting absences = new Lasting();

  void absent(List<Absent> absent, long now) {
    if (absent.isEmpty()) {
      if (absences.over()) {
        LOG.info("All tenants and applications that are configured are there again");
      }
    } else if (absences.due(absent.stream().map(Absent::subject).toList(), now)) {
      for (Absent one : absent) {
        LOG.warn(
            "{} Its devices, and all else that it holds, are taken for deleted when two walks have missed them, as far as inventory.delete.max.share permits; "
                + "all else is read on. If it was deleted, take {} out of {}",
            sentence(one.reason()),
            one.subject().id(),
            key(one));
      }
    }
  }

  private static String sentence(String reason) {
    return reason.endsWith(".") ? reason : reason + ".";
  }

  /** The configuration key that names it. */
  private static String key(Absent absent) {
    return absent.subject().type() == Subject.Type.APPLICATION
        ? ConnectionConfig.APPLICATION_IDS
        : ConnectionConfig.TENANT_IDS;
  }
}
