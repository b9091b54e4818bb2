package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.common.Backoff;
import io.github.chirpconnect.common.LogThrottle;
import io.github.chirpconnect.source.SourceMetrics;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.offset.Shards;
import io.github.chirpconnect.source.server.PauseDetector;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks the inventory again and again, on its own thread since a walk blocks.
 *
 * <p>Every task walks the whole inventory and keeps its own devices: tasks may run on different
 * workers and share nothing, and ChirpStack cannot list by hash. A walk costs little (100,000
 * devices in 1.5 s, in pages of 10,000), and the tasks take turns over the interval, since the
 * network server works with the same database.
 */
public final class InventoryWalk {
  private static final Logger LOG = LoggerFactory.getLogger(InventoryWalk.class);

  /**
   * The first walks come quickly one after the other: until its first walk a task has nothing to
   * do.
   */
  private static final long FIRST_WALKS_APART_MS = 2_000;

  /** How soon a connector that was paused walks when it is resumed. */
  private static final long PAUSED_MS = 1_000;

  private static final long REFUSED_LIMIT_MS = 5_000;

  private final ChirpStack chirpStack;
  private final Shards shards;
  private final Duration interval;
  private final InventoryChanges diff;
  private final RecordQueue queue;
  private final AuthGracePeriod token;
  private final PauseDetector pauseDetector;
  private final SourceMetrics metrics;
  private final Clock clock;
  private final Clock wallClock;
  private final ScheduledExecutorService thread;
  private final Backoff backoff;
  private final Backoff refusedBackoff;
  private final LogThrottle failures = new LogThrottle(1);
  private final long startedAt;
  private Instant failingSince;

  /**
   * @param shards this task's place among the connector's tasks
   * @param clock for intervals
   * @param wallClock for times that are written
   */
  public InventoryWalk(
      ChirpStack chirpStack,
      Shards shards,
      Duration interval,
      InventoryChanges diff,
      RecordQueue queue,
      AuthGracePeriod token,
      PauseDetector pauseDetector,
      SourceMetrics metrics,
      Clock clock,
      Clock wallClock,
      DoubleSupplier random,
      ScheduledExecutorService thread) {
    this.chirpStack = chirpStack;
    this.shards = shards;
    this.interval = interval;
    this.diff = diff;
    this.queue = queue;
    this.token = token;
    this.pauseDetector = pauseDetector;
    this.metrics = metrics;
    this.clock = clock;
    this.wallClock = wallClock;
    this.thread = thread;
    this.backoff = new Backoff(random);
    this.refusedBackoff = new Backoff(random, REFUSED_LIMIT_MS);
    this.startedAt = clock.millis();
  }

  public void start() {
    schedule(shards.taskIndex() * Math.min(turn(), FIRST_WALKS_APART_MS));
  }

  private void schedule(long delayMs) {
    if (!queue.closed()) {
      thread.schedule(this::run, delayMs, TimeUnit.MILLISECONDS);
    }
  }

  private void run() {
    if (pauseDetector.paused()) {
      schedule(PAUSED_MS);
      return;
    }
    try {
      if (walk()) {
        schedule(untilNext());
      }
    } catch (ApiException e) {
      failed(e);
    } catch (InterruptedException | InventoryChanges.Stopping e) {
      // The task stops; what is not handed over yet is found again by the next one.
      Thread.currentThread().interrupt();
    } catch (ConnectException e) {
      fail(e);
    } catch (RuntimeException | ExecutionException | Error e) {
      fail(new ConnectException("Reading the inventory failed unexpectedly: " + e, e));
    }
  }

  /** Returns whether there is something for this task to walk for again. */
  private boolean walk() throws InterruptedException, ExecutionException {
    diff.begin();
    chirpStack.devices(diff.scope(), diff);
    token.accepted();
    backoff.reset();
    refusedBackoff.reset();
    if (failingSince != null) {
      LOG.info("The inventory can be read again, after having failed since {}", failingSince);
      failingSince = null;
    }
    boolean again = diff.end();
    if (!again) {
      LOG.info(
          "Task {} of {} stays idle: a ChirpStack {} has fewer streams for this connector than it has tasks",
          shards.taskIndex(),
          shards.taskCount(),
          chirpStack.generation());
      metrics.idle();
    }
    return again;
  }

  private void failed(ApiException e) {
    if (queue.closed()) {
      return;
    }
    boolean refused = e.kind() == FailureKind.TOKEN_REFUSED;
    if (!refused && !e.kind().retriable()) {
      fail(new ConnectException(e.getMessage(), e));
      return;
    }
    if (failingSince == null) {
      failingSince = wallClock.instant();
    }
    if (refused) {
      token.refused(e.getMessage());
      token.expired().ifPresent(message -> fail(new ConnectException(message, e)));
    } else {
      token.reset();
      if (failures.permit(clock.millis()) != LogThrottle.QUIET) {
        LOG.warn(
            "The inventory cannot be read since {}; trying again: {}",
            failingSince,
            e.getMessage());
      }
    }
    schedule((refused ? refusedBackoff : backoff).next());
  }

  private void fail(ConnectException e) {
    if (queue.closed()) {
      LOG.debug("The walk ended with the task", e);
    } else {
      queue.fail(e);
    }
  }

  /** Each task's walks have their own phase within the interval. */
  private long untilNext() {
    long sincePhase = clock.millis() - startedAt - shards.taskIndex() * turn();
    return interval.toMillis() - Math.floorMod(sincePhase, interval.toMillis());
  }

  private long turn() {
    return interval.toMillis() / shards.taskCount();
  }
}
