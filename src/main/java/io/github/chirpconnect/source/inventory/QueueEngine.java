package io.github.chirpconnect.source.inventory;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.common.LogThrottle;
import io.github.chirpconnect.common.StageFailure;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.downlink.QueueWatch;
import io.github.chirpconnect.source.listener.InventoryListener;
import io.github.chirpconnect.source.server.CallRetry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the downlink queues of the devices that the walks find. It makes one call at a time, at a
 * configured rate, on a thread of its own: a round through all devices takes long, and walks must
 * not wait for it. A queue is written when its items have changed; when it is empty, it is deleted.
 * Unlike a list from which something is missing, an empty answer about one device is reliable.
 */
public final class QueueEngine implements InventoryListener {
  private static final Logger LOG = LoggerFactory.getLogger(QueueEngine.class);
  private static final long PAUSED_MS = 1_000;

  /** A step that may wait for room in the queue of records. */
  @FunctionalInterface
  private interface Step {
    void run() throws InterruptedException;
  }

  /**
   * How often queues are read.
   *
   * @param interval between rounds through all devices
   * @param callsPerSecond the rate of this task; asked for once the server has answered
   */
  public record Pace(Duration interval, DoubleSupplier callsPerSecond) {}

  private final EntityEmitter emitter;
  private final Map<String, String> fingerprints;
  private final QueueWatch watch;
  private final Pace pace;
  private final QueueTurns turns;
  private final InventoryEngine.Dependencies task;
  private final CallRetry retry;
  private final LogThrottle refusals = new LogThrottle(1);
  private final Lasting slow = new Lasting();
  private boolean asking;
  private Future<?> wake;
  private double notBefore;

  /**
   * @param emitter of the feed
   * @param fingerprints of queues that earlier tasks found not empty
   * @param watch is told each reading
   */
  public QueueEngine(
      EntityEmitter emitter,
      Map<String, String> fingerprints,
      QueueWatch watch,
      Pace pace,
      InventoryEngine.Dependencies dependencies) {
    this.emitter = emitter;
    this.fingerprints = new HashMap<>(fingerprints);
    dependencies.metrics().deviceQueues(fingerprints.size());
    this.watch = watch;
    this.pace = pace;
    this.task = dependencies;
    this.turns = new QueueTurns(pace.interval().toMillis(), dependencies.random());
    this.retry = dependencies.retryOf("Device queues");
  }

  @Override
  public void listed(List<Listed> devices) {
    execute(() -> devices.forEach(one -> turns.listed(one.id(), one.place(), one.active())));
  }

  @Override
  public void walked() {
    execute(
        () -> {
          turns.walked(fingerprints.keySet());
          goOn();
        });
  }

  @Override
  public CompletableFuture<Void> gone(List<String> ids) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    execute(
        () -> {
          for (String id : ids) {
            turns.gone(id);
            watch.gone(id);
            emptied(id);
          }
          done.complete(null);
        });
    return done;
  }

  /** Requests the next queue when it is due, unless a call is under way. */
  private void goOn() {
    if (asking) {
      return;
    }
    long now = task.clock().millis();
    if (task.pauseDetector().paused()) {
      goOnIn(PAUSED_MS);
    } else if (notBefore > now) {
      goOnIn((long) Math.ceil(notBefore - now));
    } else {
      String id = turns.next(now);
      reportRound(now);
      if (id != null) {
        ask(id, now);
      } else if (turns.untilRound(now) != Long.MAX_VALUE) {
        goOnIn(turns.untilRound(now));
      }
    }
  }

  private void goOnIn(long millis) {
    if (wake != null) {
      wake.cancel(false);
    }
    if (!task.queue().closed()) {
      wake = task.thread().schedule(() -> run(this::goOn), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void ask(String id, long now) {
    asking = true;
    notBefore = Math.max(notBefore, now - 1.0) + 1_000 / pace.callsPerSecond().getAsDouble();
    watch.asks(id);
    task.chirpStack()
        .queueItems(id)
        .whenComplete((items, failure) -> execute(() -> answered(id, items, failure)));
  }

  private void answered(String id, List<ObjectNode> items, Throwable failure)
      throws InterruptedException {
    asking = false;
    if (failure == null) {
      retry.succeeded();
      read(id, items);
    } else if (!failed(id, cause(failure))) {
      return;
    }
    goOn();
  }

  private static ApiException cause(Throwable failure) {
    Throwable cause = StageFailure.cause(failure);
    if (cause instanceof ApiException known) {
      return known;
    }
    throw new IllegalStateException(cause);
  }

  private void read(String id, List<ObjectNode> items) throws InterruptedException {
    Place place = turns.place(id);
    if (place == null) {
      return; // The device was deleted during the call.
    }
    watch.read(id, items);
    if (items.isEmpty()) {
      emptied(id);
      return;
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("tenantId", place.tenantId());
    body.put("tenantName", place.tenantName());
    body.put("applicationId", place.applicationId());
    body.put("applicationName", place.applicationName());
    body.putArray("items").addAll(items);
    Entity queue = new Entity(Feed.DEVICE_QUEUES, id, place, null, body);
    String fingerprint = emitter.fingerprint(queue);
    if (!fingerprint.equals(fingerprints.put(id, fingerprint))) {
      task.metrics().deviceQueues(fingerprints.size());
      task.queue().put(emitter.changed(queue, fingerprint));
    }
  }

  /** Nothing is kept of an empty queue: it has no position to continue from. */
  private void emptied(String id) throws InterruptedException {
    if (fingerprints.remove(id) != null) {
      task.metrics().deviceQueues(fingerprints.size());
      task.queue().put(emitter.gone(id, task.wallClock().instant()));
      task.queue().put(emitter.forgotten(id));
    }
  }

  /** Returns whether to continue. */
  private boolean failed(String id, ApiException e) {
    long now = task.clock().millis();
    turns.failed(id);
    if (e.kind() == FailureKind.NOT_PERMITTED || e.kind() == FailureKind.BAD_REQUEST) {
      // This concerns only the device, which may have been deleted since the walk found it.
      if (refusals.permit(now) != LogThrottle.QUIET) {
        LOG.warn("The downlink queue of a device cannot be read for now: {}", e.getMessage());
      }
      return true;
    }
    OptionalLong pause = retry.failed(e);
    pause.ifPresent(millis -> notBefore = Math.max(notBefore, (double) (now + millis)));
    return pause.isPresent();
  }

  /** Reports when a round takes longer than the configured interval. */
  private void reportRound(long now) {
    long took = turns.roundTookMs();
    if (took <= pace.interval().toMillis()) {
      slow.over();
    } else if (slow.due(true, now)) {
      LOG.info(
          "To read the downlink queues of all {} devices of this task took {} s, longer than device.queue.interval.ms. Devices that were "
              + "heard, and those with downlinks waiting, are read after each walk all the same. For a shorter round raise "
              + "device.queue.calls.per.second",
          turns.devices(),
          took / 1_000);
    }
  }

  private void execute(Step step) {
    try {
      task.thread().execute(() -> run(step));
    } catch (RejectedExecutionException e) {
      LOG.trace("Stopped already", e);
    }
  }

  private void run(Step step) {
    try {
      step.run();
    } catch (InterruptedException e) {
      // The task is stopping; the next one finds again what was not handed over.
      Thread.currentThread().interrupt();
    } catch (ConnectException e) {
      fail(e);
    } catch (RuntimeException | Error e) {
      fail(new ConnectException("Reading the device queues failed unexpectedly: " + e, e));
    }
  }

  private void fail(ConnectException e) {
    if (task.queue().closed()) {
      LOG.debug("The reading of device queues ended with the task", e);
    } else {
      task.queue().fail(e);
    }
  }
}
