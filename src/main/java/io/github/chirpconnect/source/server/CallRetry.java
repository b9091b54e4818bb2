package io.github.chirpconnect.source.server;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.common.Backoff;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.LogThrottle;
import io.github.chirpconnect.source.handover.RecordQueue;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides after a failed call of an engine how long to wait, what to log, and when the task fails.
 * For calls that concern the server as a whole; refusals of a single device are the engine's
 * matter.
 *
 * <p>Not thread-safe.
 */
public final class CallRetry {
  private static final Logger LOG = LoggerFactory.getLogger(CallRetry.class);

  /** Shorter than for an absent server: somebody is probably replacing the key. */
  private static final long REFUSED_LIMIT_MS = 5_000;

  private final String what;
  private final AuthGracePeriod token;
  private final RecordQueue queue;
  private final Clocks clocks;
  private final Backoff absent;
  private final Backoff refused;
  private final LogThrottle lines = new LogThrottle(1);
  private Instant failingSince;

  /**
   * @param what names what is read, to begin a sentence with: {@code The inventory}
   */
  public CallRetry(
      String what, AuthGracePeriod token, RecordQueue queue, Clocks clocks, DoubleSupplier random) {
    this.what = what;
    this.token = token;
    this.queue = queue;
    this.clocks = clocks;
    this.absent = new Backoff(random);
    this.refused = new Backoff(random, REFUSED_LIMIT_MS);
  }

  /** The server answered a call. */
  public void succeeded() {
    token.accepted();
    absent.reset();
    refused.reset();
    if (failingSince != null) {
      LOG.info("{} can be read again, after having failed since {}", what, failingSince);
      failingSince = null;
    }
  }

  /**
   * A call failed. Returns for how many milliseconds to wait; empty if the task has failed or is
   * stopping.
   */
  public OptionalLong failed(ApiException e) {
    if (queue.closed()) {
      return OptionalLong.empty();
    }
    boolean keyRefused = e.kind() == FailureKind.TOKEN_REFUSED;
    if (!keyRefused && !e.kind().retriable()) {
      queue.fail(new ConnectException(e.getMessage(), e));
      return OptionalLong.empty();
    }
    if (failingSince == null) {
      failingSince = clocks.now();
    }
    if (keyRefused) {
      token.refused(e.getMessage());
      token.expired().ifPresent(message -> queue.fail(new ConnectException(message, e)));
      return OptionalLong.of(refused.next());
    }
    // An outage ends the grace period: only a refusal at its end may fail the task.
    token.reset();
    if (lines.permit(clocks.steadyMillis()) != LogThrottle.QUIET) {
      LOG.warn("{} cannot be read since {}; trying again: {}", what, failingSince, e.getMessage());
    }
    return OptionalLong.of(absent.next());
  }
}
