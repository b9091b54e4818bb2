package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.SeenDevice;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.source.handover.Handed;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.listener.InventoryListener;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Positions;
import io.github.chirpconnect.source.offset.Shards;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes what each walk finds of one feed: informs the listeners of its entities, and puts new,
 * changed and deleted ones into the queue. Used only on the walk's thread.
 */
public final class FeedReader {
  private static final Logger LOG = LoggerFactory.getLogger(FeedReader.class);

  /**
   * Entities known from earlier tasks.
   *
   * @param fingerprints of entities of this task, and perhaps of others
   * @param departed deleted entities that are not forgotten
   * @param everybody entities of all tasks
   */
  public record Known(
      Map<String, String> fingerprints,
      Map<String, Instant> departed,
      Collection<String> everybody) {
    public static final Known NOTHING = new Known(Map.of(), Map.of(), Set.of());

    /**
     * Adds what is known of dependents of these entities, such as downlink queues: when an entity
     * is deleted, its dependents are too. Entities that are not known otherwise get an empty
     * fingerprint.
     */
    public Known and(Known dependents) {
      Map<String, String> all = new HashMap<>(fingerprints);
      dependents.fingerprints().keySet().forEach(id -> all.putIfAbsent(id, ""));
      Set<String> ofAllTasks = new HashSet<>(everybody);
      ofAllTasks.addAll(dependents.everybody());
      return new Known(all, departed, ofAllTasks);
    }
  }

  /**
   * Shared by all feeds.
   *
   * @param maxShare the share of all known entities of a feed that may be deleted at once, 0 to 1
   * @param forgetAfter how long the position of a deleted entity is kept
   * @param clock for intervals
   * @param wallClock to compare with times of the server or of an offset
   */
  public record Dependencies(
      Positions positions,
      RecordQueue queue,
      SourceMetrics metrics,
      double maxShare,
      Duration forgetAfter,
      Clock clock,
      Clock wallClock) {}

  private final Feed feed;
  private final Optional<EntityEmitter> emitter;
  private final InventoryListener listener;
  private final Dependencies task;
  private final WalkLog report;

  /** Null once the share is known: it is large. */
  private Known known;

  private Shards share;
  private InventoryDiff diff;
  private Departures departures;

  /** Where entities are, by application: what this walk has found so far, and what the last had. */
  private final Map<String, Place> found = new LinkedHashMap<>();

  private Map<String, Place> applications = Map.of();

  /**
   * @param emitter empty if the feed is read only for its listeners
   */
  public FeedReader(
      Feed feed,
      Optional<EntityEmitter> emitter,
      Known known,
      InventoryListener listener,
      Dependencies dependencies) {
    this.feed = feed;
    this.emitter = emitter;
    this.known = known;
    this.listener = listener;
    this.task = dependencies;
    this.report = new WalkLog(feed);
  }

  public Feed feed() {
    return feed;
  }

  /** Called once, when it is known which entities belong to this task. */
  void owns(Shards shards) {
    share = shards;
    diff = new InventoryDiff(mine(known.fingerprints()), known.everybody(), task.maxShare());
    departures = new Departures(mine(known.departed()));
    known = null;
  }

  private <T> Map<String, T> mine(Map<String, T> entities) {
    Map<String, T> mine = new HashMap<>(entities);
    mine.keySet().removeIf(id -> !share.owns(id));
    return mine;
  }

  /** Entities of all tasks that the current walk has found so far. */
  int listed() {
    return diff.listed();
  }

  /** A walk begins. */
  void begin() {
    diff.begin();
    found.clear();
  }

  /** Where the last complete walk has found entities, by application. */
  Map<String, Place> applications() {
    return applications;
  }

  /** Whether looks between two walks are useful: there are more devices than streams. */
  boolean isCrowded() {
    return listener.isCrowded();
  }

  /**
   * Takes the devices of a look between two walks, the latest seen first. Returns whether the time
   * of one of them was known already: so are those of all devices behind it.
   */
  boolean seen(List<SeenDevice> devices, Place place) {
    List<InventoryListener.Listed> listed = new ArrayList<>();
    boolean known = false;
    for (SeenDevice device : devices) {
      String id = device.devEui();
      if (!known && share.owns(id)) {
        InventoryDiff.Sighting sighting = diff.sighted(id, device.lastSeenAt());
        known = sighting == InventoryDiff.Sighting.KNOWN;
        if (sighting == InventoryDiff.Sighting.LATER) {
          listed.add(new InventoryListener.Listed(diff.kept(id), place, true, device.lastSeenAt()));
        }
      }
    }
    if (!listed.isEmpty()) {
      listener.listed(listed);
    }
    return known;
  }

  void page(List<Entity> entities) throws InterruptedException {
    entities.forEach(entity -> diff.listed(entity.id()));
    Instant now = task.wallClock().instant();
    List<InventoryListener.Listed> listed = new ArrayList<>();
    List<Handed> changes = new ArrayList<>();
    for (Entity entity : entities) {
      if (!share.owns(entity.id())) {
        continue;
      }
      String fingerprint = emitter.map(one -> one.fingerprint(entity)).orElse("");
      InventoryDiff.Change change = diff.see(entity.id(), entity.lastSeenAt(), fingerprint, now);
      departures.returned(entity.id());
      found.putIfAbsent(entity.place().applicationId(), entity.place());
      listed.add(
          new InventoryListener.Listed(
              change.id(), entity.place(), change.active(), entity.lastSeenAt()));
      if (emitter.isPresent() && change.changed()) {
        changes.add(emitter.get().changed(entity, fingerprint));
      }
    }
    listener.listed(listed);
    for (Handed change : changes) {
      task.queue().put(change);
    }
  }

  /**
   * The walk is complete.
   *
   * @param millis its duration
   * @param empty it found nothing of any feed
   */
  void end(long millis, boolean empty) throws InterruptedException, ExecutionException {
    InventoryDiff.Missing missing = diff.end(empty);
    long now = task.clock().millis();
    report.walked(millis, diff.listed(), diff.mine(), now);
    report.missing(missing, now);
    task.metrics().walked(feed, diff.mine());
    task.metrics().withheld(feed, missing.withheld().size());
    remove(missing.gone());
    applications = new LinkedHashMap<>(found);
    listener.walked();
    forget();
  }

  private void remove(List<String> gone) throws InterruptedException, ExecutionException {
    if (gone.isEmpty()) {
      return;
    }
    LOG.info("{} {} are gone from the inventory", gone.size(), feed);
    listener.gone(gone).get();
    Instant now = task.wallClock().instant();
    for (String id : gone) {
      departures.left(id, now);
      if (emitter.isPresent()) {
        task.queue().put(emitter.get().gone(id, now));
      }
    }
  }

  /** Forgets the positions of entities that were deleted long enough ago. */
  private void forget() throws InterruptedException {
    List<String> due = departures.forget(task.wallClock().instant().minus(task.forgetAfter()));
    if (due.isEmpty()) {
      return;
    }
    LOG.info("{} {} that have been gone for long are forgotten", due.size(), feed);
    Optional<PositionShape> shape = PositionShape.of(feed);
    if (emitter.isEmpty()) {
      // The stored offsets stay: without a record none can be removed.
      due.forEach(id -> shape.ifPresent(one -> task.positions().forget(one, id)));
      return;
    }
    shape.ifPresent(one -> task.positions().load(one, due));
    for (String id : due) {
      task.queue().put(emitter.get().forgotten(id));
    }
  }
}
