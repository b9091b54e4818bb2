package io.github.chirpconnect.source;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Generation;
import io.github.chirpconnect.api.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks the inventory again and again, on its own thread since a walk blocks. Tells the streams
 * which devices there are, and puts what changed into the hand-over.
 *
 * <p>Every task walks the whole inventory and keeps its own devices: tasks may run on different
 * workers and share nothing, and ChirpStack cannot list by hash. A walk costs little (100,000
 * devices in 1.5 s, in pages of 10,000), and the tasks take turns over the interval, since the
 * network server works with the same database.
 */
final class InventorySweep {
  private static final Logger LOG = LoggerFactory.getLogger(InventorySweep.class);

  /**
   * The first walks come quickly one after the other: until its first walk a task has nothing to
   * do.
   */
  private static final long FIRST_WALKS_APART_MS = 2_000;

  /** How soon a connector that was paused walks when it is resumed. */
  private static final long PAUSED_MS = 1_000;

  private static final long REFUSED_LIMIT_MS = 5_000;

  /**
   * What this task looks for.
   *
   * @param shards its place among the connector's tasks
   * @param share its share of the devices, which may depend on the server's generation; empty when
   *     there is none for it
   * @param emit gives a device's fingerprint when the feed {@code devices} is wanted; null when it
   *     is not
   */
  record Assignment(
      Scope scope,
      Shards shards,
      Function<Generation, Optional<Shards>> share,
      Duration interval,
      Function<Device, String> emit) {}

  private final ChirpStack chirpStack;
  private final Assignment assignment;
  private final Map<String, String> ledger;
  private final double deleteMaxShare;
  private final Positions positions;
  private final OffsetStorageReader offsets;
  private final DeviceStreams streams;
  private final HandOver handOver;
  private final TokenGrace token;
  private final PollWatch pollWatch;
  private final SourceMetrics metrics;
  private final Clock clock;
  private final ScheduledExecutorService thread;
  private final Backoff backoff;
  private final Backoff refusedBackoff;
  private final Throttle failures = new Throttle(1);
  private final long startedAt;
  private Census census;

  /** Null while the server's generation is not known, and when there is none. */
  private Shards share;

  private Instant failingSince;
  private String lastReport = "";

  /**
   * @param ledger devices and fingerprints known from before, perhaps others' too
   */
  InventorySweep(
      ChirpStack chirpStack,
      Assignment assignment,
      Map<String, String> ledger,
      double deleteMaxShare,
      Positions positions,
      OffsetStorageReader offsets,
      DeviceStreams streams,
      HandOver handOver,
      TokenGrace token,
      PollWatch pollWatch,
      SourceMetrics metrics,
      Clock clock,
      DoubleSupplier random,
      ScheduledExecutorService thread) {
    this.chirpStack = chirpStack;
    this.assignment = assignment;
    this.ledger = ledger;
    this.deleteMaxShare = deleteMaxShare;
    this.positions = positions;
    this.offsets = offsets;
    this.streams = streams;
    this.handOver = handOver;
    this.token = token;
    this.pollWatch = pollWatch;
    this.metrics = metrics;
    this.clock = clock;
    this.thread = thread;
    this.backoff = new Backoff(random);
    this.refusedBackoff = new Backoff(random, REFUSED_LIMIT_MS);
    this.startedAt = clock.millis();
  }

  void start() {
    schedule(assignment.shards().taskIndex() * Math.min(turn(), FIRST_WALKS_APART_MS));
  }

  private void schedule(long delayMs) {
    if (!handOver.closed()) {
      thread.schedule(this::run, delayMs, TimeUnit.MILLISECONDS);
    }
  }

  private void run() {
    if (pollWatch.paused()) {
      schedule(PAUSED_MS);
      return;
    }
    try {
      if (walk()) {
        schedule(untilNext());
      }
    } catch (ApiException e) {
      failed(e);
    } catch (InterruptedException | Stopping e) {
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
    long began = clock.millis();
    if (census != null) {
      census.begin();
    }
    chirpStack.devices(assignment.scope(), this::page);
    findShare();
    token.accepted();
    backoff.reset();
    refusedBackoff.reset();
    if (failingSince != null) {
      LOG.info("The inventory can be read again, after having failed since {}", failingSince);
      failingSince = null;
    }
    if (share == null) {
      LOG.info(
          "Task {} of {} stays idle: a ChirpStack {} has fewer streams for this connector than it has tasks",
          assignment.shards().taskIndex(),
          assignment.shards().taskCount(),
          chirpStack.generation());
      metrics.idle();
      return false;
    }
    Census.Absence absence = census.end();
    report(clock.millis() - began, absence);
    metrics.walked(census.mine());
    remove(absence.gone());
    return true;
  }

  /** To be called once the server has answered: before, its generation may not be known. */
  private void findShare() {
    if (census == null) {
      share = assignment.share().apply(chirpStack.generation()).orElse(null);
      Map<String, String> known = new HashMap<>(ledger);
      known.keySet().removeIf(devEui -> !owns(devEui));
      census = new Census(known, deleteMaxShare);
      census.begin();
    }
  }

  private boolean owns(String devEui) {
    return share != null && share.owns(devEui);
  }

  private void page(List<Device> devices) {
    findShare();
    if (share == null) {
      return;
    }
    census.listed(devices.size());
    List<Device> mine = devices.stream().filter(device -> owns(device.devEui())).toList();
    if (streams != DeviceStreams.NONE) {
      positions.load(mine.stream().map(Device::devEui).toList(), offsets);
    }
    Instant now = clock.instant();
    List<DeviceStreams.Listed> listed = new ArrayList<>();
    List<Item> changed = new ArrayList<>();
    for (Device device : mine) {
      String fingerprint = assignment.emit() == null ? "" : assignment.emit().apply(device);
      Census.Sighting sighting = census.see(device, fingerprint, now);
      listed.add(new DeviceStreams.Listed(device.devEui(), sighting.active()));
      if (assignment.emit() != null && sighting.changed()) {
        changed.add(new Item.Changed(device, fingerprint));
      }
    }
    streams.listed(listed);
    try {
      for (Item item : changed) {
        handOver.put(item);
      }
    } catch (InterruptedException e) {
      throw new Stopping(e);
    }
  }

  private void remove(List<String> gone) throws InterruptedException, ExecutionException {
    if (gone.isEmpty()) {
      return;
    }
    LOG.info("{} devices are gone from the inventory", gone.size());
    streams.gone(gone).get();
    for (String devEui : gone) {
      if (assignment.emit() == null) {
        // Its position stays in the offsets: none can be removed without a record to carry it.
        positions.forget(devEui);
      } else {
        handOver.put(new Item.Gone(devEui));
      }
    }
  }

  private void report(long millis, Census.Absence absence) {
    String report = census.listed() + " devices, " + census.mine() + " of them this task's";
    if (report.equals(lastReport)) {
      LOG.debug("Inventory walk in {} ms: {}", millis, report);
    } else {
      LOG.info("Inventory walk in {} ms: {}", millis, report);
      lastReport = report;
    }
    if (!absence.withheld().isEmpty()) {
      LOG.warn(
          "{} of {} known devices are missing from the inventory, more than inventory.delete.max.share permits at once, so none "
              + "is taken for deleted. Check that chirpstack.url, the tenants and the applications are right; if the devices were "
              + "deleted on purpose, raise inventory.delete.max.share until this is settled. For example: {}",
          absence.withheld().size(),
          absence.known(),
          absence.withheld().get(0));
    }
  }

  private void failed(ApiException e) {
    if (handOver.closed()) {
      return;
    }
    boolean refused = e.kind() == FailureKind.TOKEN_REFUSED;
    if (!refused && !e.kind().retriable()) {
      fail(new ConnectException(e.getMessage(), e));
      return;
    }
    if (failingSince == null) {
      failingSince = clock.instant();
    }
    if (refused) {
      token.refused(e.getMessage());
      token.expired().ifPresent(message -> fail(new ConnectException(message, e)));
    } else if (failures.permit(clock.millis()) != Throttle.QUIET) {
      LOG.warn(
          "The inventory cannot be read since {}; trying again: {}", failingSince, e.getMessage());
    }
    schedule((refused ? refusedBackoff : backoff).next());
  }

  private void fail(ConnectException e) {
    if (handOver.closed()) {
      LOG.debug("The walk ended with the task", e);
    } else {
      handOver.fail(e);
    }
  }

  /** Each task's walks have their own phase within the interval. */
  private long untilNext() {
    long interval = assignment.interval().toMillis();
    long sincePhase = clock.millis() - startedAt - assignment.shards().taskIndex() * turn();
    return interval - Math.floorMod(sincePhase, interval);
  }

  private long turn() {
    return assignment.interval().toMillis() / assignment.shards().taskCount();
  }

  /** Ends a walk from inside a page. */
  private static final class Stopping extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopping(InterruptedException cause) {
      super(cause);
    }
  }
}
