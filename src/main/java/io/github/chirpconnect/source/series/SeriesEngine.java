package io.github.chirpconnect.source.series;

import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.LogThrottle;
import io.github.chirpconnect.common.StageFailure;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.listener.InventoryListener;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Positions;
import io.github.chirpconnect.source.server.PauseDetector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the series of a task's devices and gateways. Each bucket is read once, when it is closed,
 * and never again: a server that has lost its Redis answers zero for what it had counted, and zero
 * must not overwrite the true number.
 *
 * <p>It makes one call at a time, at a limited rate, because each bucket is a read of the server's
 * Redis. A series that is behind gets several buckets in one call. Everything runs on one thread,
 * and nothing blocks it.
 */
public final class SeriesEngine {
  private static final Logger LOG = LoggerFactory.getLogger(SeriesEngine.class);

  /** The interval at which it checks whether a series is due. */
  private static final long IDLE_MS = 1_000;

  /** The interval at which it checks whether the queue has room. */
  private static final long FULL_MS = 200;

  /**
   * What to read, and how.
   *
   * @param feeds series
   * @param aggregations lengths of buckets
   * @param settle how long after its end a bucket is complete
   * @param every the interval between two calls
   */
  public record Settings(
      Set<Feed> feeds, Set<Aggregation> aggregations, Duration settle, Duration every) {}

  /** Where the rows go. */
  public record Delivery(
      Positions positions, RecordFactory records, RecordQueue queue, SourceMetrics metrics) {}

  /**
   * The threads of the engine.
   *
   * @param loader runs, one after the other, what waits for Kafka
   * @param thread runs everything else
   * @param reporting runs on that thread too, and fails the task if the work throws
   */
  public record Threads(Executor loader, ScheduledExecutorService thread, Executor reporting) {}

  /** Injected collaborators. */
  public record Dependencies(
      ChirpStack chirpStack,
      Delivery delivery,
      AuthGracePeriod token,
      PauseDetector pauseDetector,
      Clocks clocks,
      DoubleSupplier random,
      Threads threads) {}

  private final Settings settings;
  private final Dependencies task;
  private final SeriesRows rows;
  private final SeriesFailures failures;
  private final LogThrottle losses = new LogThrottle(1);

  /** Interned: many devices have the same place. */
  private final Map<Place, Place> places = new HashMap<>();

  private final List<Departure> departures = new ArrayList<>();

  /** Null until an entity was listed: before that the server's generation may not be known. */
  private SeriesRound round;

  /** Devices or gateways that are gone while some of their rows still wait for room. */
  private record Departure(List<SeriesOwner> owners, CompletableFuture<Void> done) {}

  public SeriesEngine(Settings settings, Dependencies dependencies) {
    this.settings = settings;
    this.task = dependencies;
    Delivery delivery = dependencies.delivery();
    this.rows =
        new SeriesRows(
            new NewRow.Dependencies(delivery.positions(), delivery.records(), delivery.metrics()),
            delivery.queue());
    this.failures =
        new SeriesFailures(
            dependencies.token(), delivery.queue(), dependencies.clocks(), dependencies.random());
  }

  /**
   * The listener for devices or gateways whose series are read. It returns at once; their positions
   * are read from Kafka meanwhile, before the first call for each.
   */
  public InventoryListener listener(PositionShape shape) {
    Threads threads = task.threads();
    return new InventoryListener() {
      @Override
      public void listed(List<Listed> entities) {
        threads
            .loader()
            .execute(
                () -> {
                  List<String> ids = entities.stream().map(Listed::id).toList();
                  task.delivery().positions().load(shape, ids);
                  threads.reporting().execute(() -> see(shape, entities));
                });
      }

      @Override
      public CompletableFuture<Void> gone(List<String> ids) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        // Only after the work for what was listed earlier.
        threads.loader().execute(() -> threads.reporting().execute(() -> remove(shape, ids, done)));
        return done;
      }
    };
  }

  private void see(PositionShape shape, List<InventoryListener.Listed> listed) {
    if (round == null) {
      round = new SeriesRound(PolledSeries.all(settings, task.chirpStack().generation()));
      run();
    }
    for (InventoryListener.Listed one : listed) {
      SeriesOwner owner = round.owner(shape, one.id());
      if (owner == null) {
        List<PolledSeries> series = round.series(shape);
        owner =
            new SeriesOwner(
                shape,
                one.id(),
                series.stream().mapToLong(each -> rows.unread(one.id(), each)).toArray());
        round.add(owner);
      }
      owner.listed(
          places.computeIfAbsent(one.place(), place -> place),
          one.lastSeenAt() == null ? SeriesOwner.NEVER : one.lastSeenAt().toEpochMilli());
    }
  }

  private void remove(PositionShape shape, List<String> ids, CompletableFuture<Void> done) {
    List<SeriesOwner> leaving = new ArrayList<>();
    for (String id : ids) {
      SeriesOwner owner = round == null ? null : round.remove(shape, id);
      if (owner != null && rows.hold(owner)) {
        leaving.add(owner);
      }
    }
    departures.add(new Departure(leaving, done));
    drain();
  }

  /** Returns whether there is room for more. */
  private boolean drain() {
    boolean drained = rows.drain();
    departures.removeIf(
        departure -> {
          boolean over = drained || departure.owners().stream().noneMatch(rows::hold);
          return over && departure.done().complete(null);
        });
    return drained && task.delivery().queue().hasRoom();
  }

  /** Either the next run is scheduled, or a call is under way. */
  private void run() {
    if (task.delivery().queue().closed()) {
      return;
    }
    if (!drain()) {
      schedule(FULL_MS);
      return;
    }
    if (task.pauseDetector().paused()) {
      schedule(IDLE_MS);
      return;
    }
    long settled = task.clocks().wall().millis() - settings.settle().toMillis();
    SeriesRound.Due due = round.next(task.clocks().steadyMillis(), settled);
    if (due == null) {
      schedule(IDLE_MS);
    } else {
      ask(due, settled);
    }
  }

  private void ask(SeriesRound.Due due, long settled) {
    PolledSeries series = due.series();
    long kept = series.keptSince(settled);
    long from = Math.max(due.unread(), kept);
    if (due.unread() != SeriesOwner.NEVER && due.unread() < kept) {
      lost(due, kept);
    }
    CompletionStage<List<MetricPoint>> call;
    try {
      call =
          task.chirpStack()
              .metrics(
                  series.feed(),
                  due.owner().id(),
                  Instant.ofEpochMilli(from),
                  Instant.ofEpochMilli(settled),
                  series.aggregation());
    } catch (ApiException e) {
      call = CompletableFuture.failedFuture(e);
    }
    call.whenComplete(
        (points, failure) ->
            task.threads()
                .reporting()
                .execute(() -> answered(due, from, settled, points, failure)));
  }

  private void lost(SeriesRound.Due due, long kept) {
    int skipped = losses.permit(task.clocks().steadyMillis());
    if (skipped != LogThrottle.QUIET) {
      LOG.warn(
          "The {} of {} by the {} from {} to {} are missing: they were not read in time, and the server keeps them no more "
              + "({} more such losses were not logged)",
          due.series().feed(),
          due.owner().id(),
          due.series().aggregation().name().toLowerCase(Locale.ROOT),
          Instant.ofEpochMilli(due.unread()),
          Instant.ofEpochMilli(kept),
          skipped);
    }
  }

  private void answered(
      SeriesRound.Due due, long from, long settled, List<MetricPoint> points, Throwable failure) {
    if (failure == null) {
      failures.succeeded();
      take(due, from, settled, ClosedBuckets.of(points));
      schedule(settings.every().toMillis());
    } else if (StageFailure.cause(failure) instanceof ApiException e) {
      failures
          .failed(due, e)
          .ifPresent(pause -> schedule(Math.max(settings.every().toMillis(), pause)));
    } else {
      throw new ConnectException("Reading metrics failed unexpectedly: " + failure, failure);
    }
  }

  private void take(SeriesRound.Due due, long from, long settled, ClosedBuckets answer) {
    long newest = answer.newest().orElse(settled);
    if (answer.newest().isPresent()) {
      due.series().told(newest, settled);
    }
    if (due.owner().isGone()) {
      return;
    }
    rows.add(due.owner(), due.series(), answer.buckets(), from);
    due.owner().readUntil(due.index(), newest);
  }

  private void schedule(long delayMs) {
    if (!task.delivery().queue().closed()) {
      task.threads()
          .thread()
          .schedule(
              () -> task.threads().reporting().execute(this::run), delayMs, TimeUnit.MILLISECONDS);
    }
  }
}
