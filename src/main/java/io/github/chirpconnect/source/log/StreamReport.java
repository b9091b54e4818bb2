package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.common.LogThrottle;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.source.offset.PositionShape;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports in the worker's log what happens to streams: missing history, ends, waits. Often all
 * streams of a network are affected at once, so no kind of line is written more than a few times a
 * minute. Used only on the streams thread.
 */
public final class StreamReport {
  private static final Logger LOG = LoggerFactory.getLogger(StreamReport.class);
  private static final int LINES_PER_MINUTE = 10;

  /** The interval at which a log that keeps being refused is named again. */
  private static final long REFUSAL_REMINDED_MS = 3_600_000;

  /** Value of the gap header: the server has seen the device, and wrote nothing into its log. */
  static final String NOT_LOGGED = "not-logged";

  private final SourceMetrics metrics;
  private final Clock wallClock;
  private final Set<String> foundEmpty = new HashSet<>();

  /** The oldest first: a whole network may be refused, one log after the other. */
  private final Map<String, Long> refusalSaidAt = new LinkedHashMap<>();

  private final LogThrottle throttle = new LogThrottle(LINES_PER_MINUTE);
  private final LogThrottle refusals = new LogThrottle(LINES_PER_MINUTE);
  private final LogThrottle ends = new LogThrottle(1);
  private final LogThrottle stalls = new LogThrottle(1);
  private final LogThrottle openings = new LogThrottle(2);
  private final LogThrottle unlogged = new LogThrottle(1);
  private final IdleEnds idleEnds;
  private final boolean overRest;

  /**
   * @param metrics count what is not written
   * @param ownIdleEnd after how much silence this connector ends streams itself, in milliseconds,
   *     as it does over REST; Long.MAX_VALUE if never
   * @param wallClock for times that are written, while intervals are measured by another
   */
  public StreamReport(SourceMetrics metrics, long ownIdleEnd, Clock wallClock) {
    this.metrics = metrics;
    this.overRest = ownIdleEnd != Long.MAX_VALUE;
    this.idleEnds = new IdleEnds(ownIdleEnd);
    this.wallClock = wallClock;
  }

  /** The entry is the first after a gap. */
  void gap(LogEntry first, String gap, long now) {
    metrics.gap();
    int skipped = throttle.permit(now);
    if (skipped == LogThrottle.QUIET) {
      return;
    }
    String meaning =
        switch (gap) {
          case ReplayFilter.HISTORY_FULL ->
              "ChirpStack keeps too few entries to have covered the time without a stream, or so many at once";
          case ReplayFilter.CLEARED -> "the log was emptied or has expired on the server";
          case NOT_LOGGED ->
              "ChirpStack has seen the device, and its log did not show it when it was read twice";
          default ->
              "the log on the server is not the one that was read before (Redis lost, restored, or its clock set back)";
        };
    LOG.warn(
        "Entries may be missing before {} of the {} log of {} {} ({}): {}{}",
        first.id().text(),
        PositionShape.field(first.log()),
        PositionShape.of(first.log()),
        first.devEui(),
        gap,
        meaning,
        others(skipped));
  }

  /**
   * Reported once for each log: logs of silent devices have expired, and are visited again and
   * again. The line says no more than is known: v3 does not answer before the first entry, and v4
   * answers before it has asked Redis.
   */
  void empty(String devEui, LogKind log, long now) {
    if (!foundEmpty.add(log + devEui)) {
      return;
    }
    int skipped = throttle.permit(now);
    if (skipped != LogThrottle.QUIET) {
      LOG.warn(
          "The {} log of {} {} shows nothing though entries were read from it before: it was emptied or has expired on "
              + "the server, logging is disabled there, or the server has not read it yet, as seen at {}{}",
          PositionShape.field(log),
          PositionShape.of(log),
          devEui,
          wallClock.instant(),
          others(skipped));
    }
  }

  /** The server has seen the device, and its log shows nothing of it. */
  void notLogged(String devEui, Instant lastSeenAt, long now) {
    int skipped = unlogged.permit(now);
    if (skipped != LogThrottle.QUIET) {
      LOG.warn(
          "ChirpStack has seen device {} at {}, but wrote no uplink into its event log: what it said is lost to this connector."
              + " On ChirpStack v3 open streams have used up the Redis connections (redis.pool_size; browsers that show a device's"
              + " page hold some too); or Redis was away, or event logs are switched off on the server{}{}",
          devEui,
          lastSeenAt,
          overRest
              ? "; or a proxy holds back what the server sends (nginx: proxy_buffering off)"
              : "",
          others(skipped));
    }
  }

  /** Returns whether such ends are normal. */
  boolean ended(LogReader follower, ApiException reason, long now) {
    metrics.streamEnded();
    long silence = follower.silenceMillis(now);
    return switch (idleEnds.ended(silence, now)) {
      case UNUSUAL -> {
        write(ends, "ended and will be opened again", follower, reason, now);
        yield false;
      }
      case RULE_FOUND -> {
        LOG.warn(
            "Streams that are silent end after {} s each time: a proxy closes what is idle for so long. They are opened again, and"
                + " nothing is lost. To spare the work raise the proxy's timeout (nginx: grpc_read_timeout, grpc_send_timeout;"
                + " HAProxy: timeout client, timeout server; Envoy: stream_idle_timeout). This is logged once. The last one: {}",
            Math.round(silence / 1_000.0),
            reason.getMessage());
        yield true;
      }
      case OWN -> {
        LOG.info(
            "The silent stream of the {} log of {} {} ended and will be opened again: {}. Over REST that is usual, and is logged"
                + " once: nothing is lost (chirpstack.rest.stream.idle.ms)",
            PositionShape.field(follower.log()),
            PositionShape.of(follower.log()),
            follower.devEui(),
            reason.getMessage());
        yield true;
      }
      case USUAL -> {
        LOG.debug(
            "The idle stream of the {} log of {} {} ended as usual and will be opened again: {}",
            PositionShape.field(follower.log()),
            PositionShape.of(follower.log()),
            follower.devEui(),
            reason.getMessage());
        yield true;
      }
    };
  }

  /**
   * Reported once an hour for each log: the log of a device that is missing from the inventory, but
   * does not count as deleted, is tried at each of its turns.
   */
  void refused(LogReader follower, ApiException reason, long now) {
    Iterator<Long> oldest = refusalSaidAt.values().iterator();
    while (oldest.hasNext() && now - oldest.next() >= REFUSAL_REMINDED_MS) {
      oldest.remove();
    }
    if (refusalSaidAt.putIfAbsent(follower.log() + follower.devEui(), now) != null) {
      LOG.debug(
          "The stream of the {} log of {} {} was refused again: {}",
          PositionShape.field(follower.log()),
          PositionShape.of(follower.log()),
          follower.devEui(),
          reason.getMessage());
      return;
    }
    write(
        refusals,
        "was refused; it is tried again after the next walk through the inventory",
        follower,
        reason,
        now);
  }

  private static void write(
      LogThrottle throttle, String what, LogReader follower, ApiException reason, long now) {
    int skipped = throttle.permit(now);
    if (skipped != LogThrottle.QUIET) {
      LOG.warn(
          "The stream of the {} log of {} {} {}: {}{}",
          PositionShape.field(follower.log()),
          PositionShape.of(follower.log()),
          follower.devEui(),
          what,
          reason.getMessage(),
          others(skipped));
    }
  }

  /** Reported at each change. */
  void lessRoom(List<LogKind> logs, int places, int limit, ApiException reason) {
    LOG.warn(
        "The server had no room for a stream of {}. From now on {} of {} {}s are read at once, more again later: {}",
        fields(logs),
        places,
        limit,
        owner(logs),
        reason.getMessage());
  }

  /** Reported at each change. */
  void moreRoom(List<LogKind> logs, int places, int limit) {
    LOG.info(
        "Trying streams of {} for {} of {} {}s again", fields(logs), places, limit, owner(logs));
  }

  /** The server has no room even for the smallest limit. */
  void noRoom(LogReader follower, ApiException reason, long now) {
    write(refusals, "found no room and is tried again later", follower, reason, now);
  }

  void opened(List<LogKind> logs, long streams, int places, int owners, long now) {
    if (openings.permit(now) != LogThrottle.QUIET) {
      LOG.info(
          "{} streams of {} are open, for {} of {} {}s",
          streams,
          fields(logs),
          places,
          owners,
          owner(logs));
    }
  }

  private static PositionShape owner(List<LogKind> logs) {
    return PositionShape.of(logs.get(0));
  }

  private static String fields(List<LogKind> logs) {
    return logs.stream().map(PositionShape::field).collect(Collectors.joining(" and "));
  }

  /** Streams wait for Connect to take records. */
  void stalled(int streams, int queued, long since, long now) {
    if (stalls.permit(now) != LogThrottle.QUIET) {
      LOG.warn(
          "{} streams have been waiting since {} for Kafka to take records; {} are queued",
          streams,
          wallClock.instant().minusMillis(now - since),
          queued);
    }
  }

  private static String others(int skipped) {
    return skipped == 0 ? "" : " (and " + skipped + " other lines like this one)";
  }
}
