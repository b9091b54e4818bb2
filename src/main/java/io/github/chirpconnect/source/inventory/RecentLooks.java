package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.SeenDevice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads between the walks which devices were seen last, if there are more devices than streams. It
 * lists one application after the other, the latest device first, until it reaches a device whose
 * {@code last_seen_at} is known already.
 *
 * <p>The server sorts the whole application for each list. So all tasks together take at most a
 * fiftieth of its time: each task pauses fifty times as long as the list took, times the number of
 * tasks.
 *
 * <p>Used by the walk's thread only.
 */
public final class RecentLooks {
  private static final Logger LOG = LoggerFactory.getLogger(RecentLooks.class);

  /** The server's time for a look, and so many times as long a pause. */
  private static final long PAUSE_TIMES = 50;

  /** Each application is looked at no more often. */
  private static final long ROUND_MS = 3_000;

  private static final long SHORTEST_PAUSE_MS = 100;
  private static final long AFTER_FAILURE_MS = 30_000;

  private static final int PAGE = 100;
  private static final int LARGEST_PAGE = 10_000;

  /**
   * In one look; what is left is for the next one, or for the walk. Each page is larger than the
   * one before: for each the server sorts anew, and the rows themselves cost it little.
   */
  private static final int MOST_CALLS = 10;

  /** Of those that were never seen, so many are asked for again to find where they end. */
  private static final int OVERLAP = 10;

  private final FeedReader devices;
  private final InventoryEngine.Dependencies task;
  private final Deque<Place> turns = new ArrayDeque<>();

  /** How many that were never seen come first, by application: in PostgreSQL they do. */
  private final Map<String, Integer> neverSeen = new HashMap<>();

  public RecentLooks(FeedReader devices, InventoryEngine.Dependencies dependencies) {
    this.devices = devices;
    this.task = dependencies;
  }

  public void start() {
    schedule(ROUND_MS);
  }

  private void schedule(long delayMs) {
    if (!task.queue().closed()) {
      task.thread().schedule(this::run, delayMs, TimeUnit.MILLISECONDS);
    }
  }

  private void run() {
    try {
      look();
    } catch (InterruptedException e) {
      // The task stops.
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      task.queue().fail(new ConnectException("Looking who was seen failed unexpectedly: " + e, e));
    }
  }

  private void look() throws InterruptedException {
    if (turns.isEmpty()) {
      turns.addAll(devices.applications().values());
      neverSeen.keySet().retainAll(devices.applications().keySet());
    }
    if (turns.isEmpty() || !devices.isCrowded() || task.pauseDetector().paused()) {
      schedule(ROUND_MS);
      return;
    }
    long began = task.clock().millis();
    try {
      if (look(turns.removeFirst())) {
        schedule(pause(task.clock().millis() - began));
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof ApiException failure)) {
        throw new IllegalStateException(e.getCause());
      }
      // Whether the server, the key or the application is gone, the next walk will tell.
      LOG.debug("Who was seen last cannot be read now: {}", failure.getMessage());
      schedule(
          failure.kind() == FailureKind.NOT_PERMITTED
              ? pause(task.clock().millis() - began)
              : AFTER_FAILURE_MS);
    }
  }

  private long pause(long tookMs) {
    long round = ROUND_MS / Math.max(1, devices.applications().size());
    return Math.max(
        Math.max(SHORTEST_PAUSE_MS, round), tookMs * PAUSE_TIMES * task.shards().taskCount());
  }

  /** Returns whether the server has the order at all. */
  private boolean look(Place application) throws InterruptedException, ExecutionException {
    String id = application.applicationId();
    int never = neverSeen.getOrDefault(id, 0);
    int offset = Math.max(0, never - OVERLAP);
    int limit = PAGE;
    for (int calls = 0; calls < MOST_CALLS; calls++) {
      Optional<List<SeenDevice>> page =
          task.chirpStack().lastSeen(id, limit, offset).toCompletableFuture().get();
      if (page.isEmpty()) {
        return false;
      }
      List<SeenDevice> rows = page.get();
      int leading = (int) rows.stream().takeWhile(row -> row.lastSeenAt() == null).count();
      if (leading == 0 && calls == 0 && offset > 0) {
        // Fewer than before were never seen: those before the page may have been seen since.
        offset = 0;
        continue;
      }
      if (leading == rows.size()) {
        neverSeen.put(id, offset + leading);
        if (rows.size() < limit) {
          return true;
        }
        offset += leading;
        limit = larger(limit);
        continue;
      }
      if (leading > 0 || offset == 0) {
        neverSeen.put(id, offset + leading);
      }
      List<SeenDevice> seen =
          rows.subList(leading, rows.size()).stream()
              .takeWhile(row -> row.lastSeenAt() != null)
              .toList();
      boolean atEnd = rows.size() < limit || leading + seen.size() < rows.size();
      if (devices.seen(seen, application) || atEnd) {
        return true;
      }
      offset += rows.size();
      limit = larger(limit);
    }
    return true;
  }

  private static int larger(int page) {
    return Math.min(LARGEST_PAGE, 10 * page);
  }
}
