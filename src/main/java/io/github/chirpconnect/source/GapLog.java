package io.github.chirpconnect.source;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log where history is missing, without flooding it when a whole network's is. Used by
 * the streams thread only.
 */
final class GapLog {
  private static final Logger LOG = LoggerFactory.getLogger(GapLog.class);
  private static final int LINES_PER_MINUTE = 10;

  private final Set<String> foundEmpty = new HashSet<>();
  private final Throttle throttle = new Throttle(LINES_PER_MINUTE);

  /** The entry is the first after a gap. */
  void gap(LogEntry first, String gap, long now) {
    int skipped = throttle.permit(now);
    if (skipped == Throttle.QUIET) {
      return;
    }
    String meaning =
        switch (gap) {
          case ReplayFilter.HISTORY_FULL ->
              "ChirpStack keeps too few entries to have covered the time without a stream";
          case ReplayFilter.CLEARED -> "the log was emptied or has expired on the server";
          default ->
              "the log on the server is not the one that was read before (Redis lost, restored, or its clock set back)";
        };
    LOG.warn(
        "Entries may be missing before {} of the {} log of device {} ({}): {}{}",
        first.id().text(),
        Offsets.field(first.log()),
        first.devEui(),
        gap,
        meaning,
        others(skipped));
  }

  /**
   * Said once of each log: those of devices that fell silent have expired, and are visited again
   * and again.
   */
  void empty(String devEui, LogKind log, long now) {
    if (!foundEmpty.add(log + devEui)) {
      return;
    }
    int skipped = throttle.permit(now);
    if (skipped != Throttle.QUIET) {
      LOG.warn(
          "The {} log of device {} is empty though entries were read from it before: it was emptied or has expired on the "
              + "server, or logging is disabled there, as seen at {}{}",
          Offsets.field(log),
          devEui,
          Instant.ofEpochMilli(now),
          others(skipped));
    }
  }

  private static String others(int skipped) {
    return skipped == 0 ? "" : " (and " + skipped + " other lines like this one)";
  }
}
