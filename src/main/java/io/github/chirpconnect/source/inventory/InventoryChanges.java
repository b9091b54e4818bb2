package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.DeviceWalk;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.source.SourceMetrics;
import io.github.chirpconnect.source.handover.Handed;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.log.DeviceStreams;
import io.github.chirpconnect.source.offset.Positions;
import io.github.chirpconnect.source.offset.Shards;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each walk through the inventory finds of this task's devices: tells the streams which there
 * are, and puts what changed into the hand-over. Used by the thread of the walks only.
 */
public final class InventoryChanges implements DeviceWalk {
  private static final Logger LOG = LoggerFactory.getLogger(InventoryChanges.class);

  /**
   * What this task looks for.
   *
   * @param share its share of the devices, which may depend on the server's generation; empty when
   *     there is none for it
   * @param maxShare of all known devices that may be gone at once, 0 to 1
   * @param forgetAfter how long the position of a device that is gone is kept
   * @param emit gives a device's fingerprint when the feed {@code devices} is wanted; null when it
   *     is not
   */
  public record Wanted(
      Scope scope,
      Function<Generation, Optional<Shards>> share,
      double maxShare,
      Duration forgetAfter,
      Function<Device, String> emit) {}

  /**
   * Devices known from before.
   *
   * @param fingerprints of devices of this task, and perhaps of others
   * @param departed devices that are gone and not forgotten
   * @param everybody devices of all tasks
   */
  public record Known(
      Map<String, String> fingerprints,
      Map<String, Instant> departed,
      Collection<String> everybody) {}

  private final Wanted wanted;
  private final Supplier<Generation> generation;
  private final Positions positions;
  private final OffsetStorageReader offsets;
  private final DeviceStreams streams;
  private final RecordQueue queue;
  private final SourceMetrics metrics;
  private final Clock clock;
  private final Clock wallClock;
  private final WalkLog report = new WalkLog();
  private final List<Absent> absent = new ArrayList<>();
  private long began;
  private boolean walked;

  /** Null from the first answer of the server on: it is large. */
  private Known known;

  private InventoryDiff census;
  private Departures departures;

  /** Null while the server's generation is not known, and when there is none. */
  private Shards share;

  /**
   * @param generation the server's; known once it has answered
   * @param clock for intervals
   * @param wallClock for what the server or an offset has dated
   */
  public InventoryChanges(
      Wanted wanted,
      Known known,
      Supplier<Generation> generation,
      Positions positions,
      OffsetStorageReader offsets,
      DeviceStreams streams,
      RecordQueue queue,
      SourceMetrics metrics,
      Clock clock,
      Clock wallClock) {
    this.wanted = wanted;
    this.known = known;
    this.generation = generation;
    this.positions = positions;
    this.offsets = offsets;
    this.streams = streams;
    this.queue = queue;
    this.metrics = metrics;
    this.clock = clock;
    this.wallClock = wallClock;
  }

  Scope scope() {
    return wanted.scope();
  }

  /** A walk begins. */
  void begin() {
    began = clock.millis();
    absent.clear();
    if (census != null) {
      census.begin();
    }
  }

  @Override
  public void absent(Absent one) {
    absent.add(one);
  }

  @Override
  public void page(List<Device> devices) {
    findShare();
    if (share == null) {
      return;
    }
    devices.forEach(device -> census.listed(device.devEui()));
    List<Device> mine = devices.stream().filter(device -> owns(device.devEui())).toList();
    if (streams != DeviceStreams.NONE) {
      positions.load(mine.stream().map(Device::devEui).toList(), offsets);
    }
    Instant now = wallClock.instant();
    List<DeviceStreams.Listed> listed = new ArrayList<>();
    List<Handed> changed = new ArrayList<>();
    for (Device device : mine) {
      String fingerprint = wanted.emit() == null ? "" : wanted.emit().apply(device);
      InventoryDiff.Change sighting = census.see(device, fingerprint, now);
      departures.returned(device.devEui());
      listed.add(new DeviceStreams.Listed(device.devEui(), sighting.active(), device.lastSeenAt()));
      if (wanted.emit() != null && sighting.changed()) {
        changed.add(new Handed.Changed(device, fingerprint));
      }
    }
    streams.listed(listed);
    try {
      for (Handed item : changed) {
        queue.put(item);
      }
    } catch (InterruptedException e) {
      throw new Stopping(e);
    }
  }

  /**
   * The walk was complete. Returns whether there is something for this task to walk for again.
   *
   * @throws ApiException when nothing of what is configured is there
   */
  boolean end() throws InterruptedException, ExecutionException {
    refuseIfNothingIsThere();
    findShare();
    if (share == null) {
      return false;
    }
    walked = true;
    InventoryDiff.Missing absence = census.end();
    long now = clock.millis();
    report.walked(now - began, census.listed(), census.mine(), now);
    report.absent(absent, now);
    report.missing(absence, now);
    metrics.walked(census.mine());
    metrics.withheld(absence.withheld().size());
    remove(absence.gone());
    forget();
    return true;
  }

  /**
   * Where all that is named is unknown from the beginning, the configuration is wrong. Later it may
   * have been deleted, as one of several.
   */
  private void refuseIfNothingIsThere() {
    Scope scope = wanted.scope();
    int named = Set.copyOf(scope.tenantIds()).size() + Set.copyOf(scope.applicationIds()).size();
    if (!walked && !absent.isEmpty() && absent.size() == named) {
      Absent first = absent.get(0);
      throw new ApiException(FailureKind.NOT_PERMITTED, first.subject(), first.reason(), null);
    }
  }

  /** To be called once the server has answered: before, its generation may not be known. */
  private void findShare() {
    if (census == null) {
      share = wanted.share().apply(generation.get()).orElse(null);
      census = new InventoryDiff(mine(known.fingerprints()), known.everybody(), wanted.maxShare());
      departures = new Departures(mine(known.departed()));
      known = null;
      census.begin();
    }
  }

  private <T> Map<String, T> mine(Map<String, T> devices) {
    Map<String, T> mine = new HashMap<>(devices);
    mine.keySet().removeIf(devEui -> !owns(devEui));
    return mine;
  }

  private boolean owns(String devEui) {
    return share != null && share.owns(devEui);
  }

  private void remove(List<String> gone) throws InterruptedException, ExecutionException {
    if (gone.isEmpty()) {
      return;
    }
    LOG.info("{} devices are gone from the inventory", gone.size());
    streams.gone(gone).get();
    Instant now = wallClock.instant();
    for (String devEui : gone) {
      departures.left(devEui, now);
      if (wanted.emit() != null) {
        queue.put(new Handed.Gone(devEui, now));
      }
    }
  }

  /** Of devices that have been gone for long enough, the positions in their logs. */
  private void forget() throws InterruptedException {
    List<String> due = departures.forget(wallClock.instant().minus(wanted.forgetAfter()));
    if (due.isEmpty()) {
      return;
    }
    LOG.info("{} devices that have been gone for long are forgotten", due.size());
    if (wanted.emit() == null) {
      // They stay in the offsets: none can be removed without a record to carry it.
      due.forEach(positions::forget);
      return;
    }
    positions.load(due, offsets);
    for (String devEui : due) {
      queue.put(new Handed.Forgotten(devEui));
    }
  }

  /** Ends a walk from inside a page. */
  static final class Stopping extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopping(InterruptedException cause) {
      super(cause);
    }
  }
}
