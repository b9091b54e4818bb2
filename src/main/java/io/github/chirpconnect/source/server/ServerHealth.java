package io.github.chirpconnect.source.server;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.common.LogThrottle;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.source.handover.RecordQueue;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes whether the server answers and accepts the API key, on behalf of the streams, which cannot
 * find out. Used only on the streams thread.
 */
public final class ServerHealth {
  private static final Logger LOG = LoggerFactory.getLogger(ServerHealth.class);

  private final ChirpStack chirpStack;
  private final AuthGracePeriod token;
  private final RecordQueue queue;
  private final SourceMetrics metrics;
  private final Clock clock;
  private final Clock wallClock;
  private final Executor thread;
  private final CircuitBreaker gate;
  private final LogThrottle absences = new LogThrottle(1);
  private boolean absent;

  /**
   * @param liveProbeEvery the interval of probes while the server works
   * @param clock for intervals
   * @param wallClock for times that are reported
   */
  public ServerHealth(
      ChirpStack chirpStack,
      AuthGracePeriod token,
      RecordQueue queue,
      SourceMetrics metrics,
      Duration liveProbeEvery,
      Clock clock,
      Clock wallClock,
      DoubleSupplier random,
      Executor thread) {
    this.chirpStack = chirpStack;
    this.token = token;
    this.queue = queue;
    this.metrics = metrics;
    this.clock = clock;
    this.wallClock = wallClock;
    this.thread = thread;
    this.gate = new CircuitBreaker(clock.millis(), liveProbeEvery.toMillis(), random);
  }

  /** Whether streams may be opened. */
  public boolean isUp() {
    return gate.isOpen();
  }

  /** A stream ended for a reason that may be the server's. */
  public void trouble(ApiException reason) {
    if (reason.kind() == FailureKind.TOKEN_REFUSED) {
      token.refused(reason.getMessage());
    }
    gate.trouble(clock.millis());
  }

  public void tick(long now) {
    token.expired().ifPresent(message -> queue.fail(new ConnectException(message)));
    if (gate.takeProbe(now)) {
      chirpStack.probe().whenComplete((ok, failure) -> thread.execute(() -> probed(failure)));
    }
  }

  private void probed(Throwable failure) {
    long now = clock.millis();
    if (failure == null) {
      if (absent) {
        LOG.info("ChirpStack answers again, after {} s", (now - gate.closedAt()) / 1_000);
        absent = false;
      }
      token.accepted();
      gate.probeSucceeded(now);
      metrics.serverBack();
    } else if (failure instanceof ApiException reason) {
      refused(reason, now);
    } else {
      queue.fail(
          new ConnectException(
              "Asking whether ChirpStack is there failed unexpectedly: " + failure, failure));
    }
  }

  private void refused(ApiException reason, long now) {
    boolean tokenRefused = reason.kind() == FailureKind.TOKEN_REFUSED;
    gate.probeFailed(now, tokenRefused);
    metrics.serverAway(gate.closedAt());
    if (tokenRefused) {
      token.refused(reason.getMessage());
    } else if (reason.kind().retriable()) {
      token.reset();
      absent = true;
      if (absences.permit(now) != LogThrottle.QUIET) {
        LOG.warn(
            "Waiting for ChirpStack since {} before streams are opened: {}",
            wallClock.instant().minusMillis(now - gate.closedAt()),
            reason.getMessage());
      }
    } else {
      queue.fail(new ConnectException(reason.getMessage(), reason));
    }
  }
}
