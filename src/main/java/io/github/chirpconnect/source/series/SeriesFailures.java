package io.github.chirpconnect.source.series;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.common.Backoff;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.LogThrottle;
import io.github.chirpconnect.source.handover.RecordQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a call that failed means for the next one. */
final class SeriesFailures {
  private static final Logger LOG = LoggerFactory.getLogger(SeriesFailures.class);

  /** Somebody is replacing a refused key. */
  private static final long REFUSED_LIMIT_MS = 5_000;

  /** A device or gateway that the server refuses to tell of is asked for again after so long. */
  private static final long REST_MS = Duration.ofMinutes(10).toMillis();

  private final AuthGracePeriod token;
  private final RecordQueue queue;
  private final Clocks clocks;
  private final Backoff absent;
  private final Backoff refused;
  private final LogThrottle absences = new LogThrottle(1);
  private final LogThrottle refusals = new LogThrottle(1);
  private Instant failingSince;

  SeriesFailures(AuthGracePeriod token, RecordQueue queue, Clocks clocks, DoubleSupplier random) {
    this.token = token;
    this.queue = queue;
    this.clocks = clocks;
    this.absent = new Backoff(random);
    this.refused = new Backoff(random, REFUSED_LIMIT_MS);
  }

  /** The server has answered. */
  void succeeded() {
    token.accepted();
    absent.reset();
    refused.reset();
    if (failingSince != null) {
      LOG.info("Metrics can be read again, after having failed since {}", failingSince);
      failingSince = null;
    }
  }

  /** Returns for how many milliseconds nothing should be asked for; the task may have failed. */
  long failed(SeriesRound.Due due, ApiException e) {
    switch (e.kind()) {
      case NOT_PERMITTED, BAD_REQUEST -> {
        rest(due, e);
        return 0;
      }
      case TOKEN_REFUSED -> {
        begin();
        token.refused(e.getMessage());
        token.expired().ifPresent(message -> queue.fail(new ConnectException(message, e)));
        return refused.next();
      }
      case TRANSIENT, IN_DOUBT, BUSY, CODEC_TIMEOUT -> {
        begin();
        token.reset();
        int skipped = absences.permit(clocks.steadyMillis());
        if (skipped != LogThrottle.QUIET) {
          LOG.warn(
              "Metrics cannot be read since {}; trying again: {}", failingSince, e.getMessage());
        }
        return absent.next();
      }
      case READ_ONLY, WRONG_SERVER, UNUSABLE_SERVER -> {
        queue.fail(new ConnectException(e.getMessage(), e));
        return 0;
      }
    }
    throw new IllegalStateException("no such kind: " + e.kind());
  }

  private void begin() {
    if (failingSince == null) {
      failingSince = clocks.now();
    }
  }

  /** It may have been deleted, which the next walk tells. Its other series may be permitted. */
  private void rest(SeriesRound.Due due, ApiException e) {
    token.accepted();
    due.owner().rest(due.index(), clocks.steadyMillis() + REST_MS);
    int skipped = refusals.permit(clocks.steadyMillis());
    if (skipped != LogThrottle.QUIET) {
      LOG.warn(
          "The {} of {} by the {} were refused ({} more such refusals were not logged); trying again in {} min: {}",
          due.series().feed(),
          due.owner().id(),
          due.series().aggregation().name().toLowerCase(Locale.ROOT),
          skipped,
          REST_MS / 60_000,
          e.getMessage());
    }
  }
}
