package io.github.chirpconnect.source.series;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.LogThrottle;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.server.CallRetry;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides after a failed call about one device or gateway when to make the next one. */
final class SeriesFailures {
  private static final Logger LOG = LoggerFactory.getLogger(SeriesFailures.class);

  /** How long to wait after the server has refused a device or gateway. */
  private static final long REST_MS = Duration.ofMinutes(10).toMillis();

  private final AuthGracePeriod token;
  private final Clocks clocks;
  private final CallRetry retry;
  private final LogThrottle refusals = new LogThrottle(1);

  SeriesFailures(AuthGracePeriod token, RecordQueue queue, Clocks clocks, DoubleSupplier random) {
    this.token = token;
    this.clocks = clocks;
    this.retry = new CallRetry("Metrics", token, queue, clocks, random);
  }

  /** The server answered a call. */
  void succeeded() {
    retry.succeeded();
  }

  /**
   * Returns for how many milliseconds to make no call; empty if the task has failed or is stopping.
   */
  OptionalLong failed(SeriesRound.Due due, ApiException e) {
    if (e.kind() == FailureKind.NOT_PERMITTED || e.kind() == FailureKind.BAD_REQUEST) {
      rest(due, e);
      return OptionalLong.of(0);
    }
    return retry.failed(e);
  }

  /**
   * The entity may have been deleted, which the next walk shows. Its other series may be permitted.
   */
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
