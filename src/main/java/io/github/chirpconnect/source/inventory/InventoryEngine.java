package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.offset.Shards;
import io.github.chirpconnect.source.server.CallRetry;
import io.github.chirpconnect.source.server.PauseDetector;
import java.time.Clock;
import java.time.Duration;
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
public final class InventoryEngine {
  private static final Logger LOG = LoggerFactory.getLogger(InventoryEngine.class);

  /**
   * The first walks come quickly one after the other: until its first walk a task has nothing to
   * do.
   */
  private static final long FIRST_WALKS_APART_MS = 2_000;

  /** How soon a connector that was paused walks when it is resumed. */
  private static final long PAUSED_MS = 1_000;

  /**
   * Injected collaborators of an engine that reads inventory feeds.
   *
   * @param shards this task's place among the connector's tasks
   * @param clock for intervals
   * @param wallClock for times that are written
   */
  public record Dependencies(
      ChirpStack chirpStack,
      Shards shards,
      RecordQueue queue,
      AuthGracePeriod token,
      PauseDetector pauseDetector,
      SourceMetrics metrics,
      Clock clock,
      Clock wallClock,
      DoubleSupplier random,
      ScheduledExecutorService thread) {
    /**
     * @param what is read, to begin a sentence with
     */
    CallRetry retryOf(String what) {
      return new CallRetry(what, token, queue, new Clocks(wallClock, clock), random);
    }
  }

  private final InventorySource source;
  private final InventoryReader reader;
  private final Duration interval;
  private final Dependencies task;
  private final CallRetry retry;
  private final long startedAt;

  /**
   * @param source brings the walks
   */
  public InventoryEngine(
      InventorySource source,
      InventoryReader reader,
      Duration interval,
      Dependencies dependencies) {
    this.source = source;
    this.reader = reader;
    this.interval = interval;
    this.task = dependencies;
    this.retry = dependencies.retryOf("The inventory");
    this.startedAt = dependencies.clock().millis();
  }

  public void start() {
    schedule(task.shards().taskIndex() * Math.min(turn(), FIRST_WALKS_APART_MS));
  }

  private void schedule(long delayMs) {
    if (!task.queue().closed()) {
      task.thread().schedule(this::run, delayMs, TimeUnit.MILLISECONDS);
    }
  }

  private void run() {
    if (task.pauseDetector().paused()) {
      schedule(PAUSED_MS);
      return;
    }
    try {
      if (walk()) {
        schedule(untilNext());
      }
    } catch (ApiException e) {
      retry.failed(e).ifPresent(this::schedule);
    } catch (InterruptedException | InventoryReader.Stopping e) {
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
    reader.begin();
    source.walk(reader.scope(), reader.feeds(), reader);
    retry.succeeded();
    boolean again = reader.end();
    if (!again) {
      LOG.info(
          "Task {} of {} stays idle: a ChirpStack {} has fewer streams for this connector than it has tasks",
          task.shards().taskIndex(),
          task.shards().taskCount(),
          task.chirpStack().generation());
      task.metrics().idle();
    }
    return again;
  }

  private void fail(ConnectException e) {
    if (task.queue().closed()) {
      LOG.debug("The walk ended with the task", e);
    } else {
      task.queue().fail(e);
    }
  }

  /** Each task's walks have their own phase within the interval. */
  private long untilNext() {
    long sincePhase = task.clock().millis() - startedAt - task.shards().taskIndex() * turn();
    return interval.toMillis() - Math.floorMod(sincePhase, interval.toMillis());
  }

  private long turn() {
    return interval.toMillis() / task.shards().taskCount();
  }
}
