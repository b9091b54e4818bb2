package io.github.chirpconnect.metrics;

import static io.github.chirpconnect.feed.Feed.DEVICES;

import io.github.chirpconnect.feed.Feed;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The metrics of a source task. The task's threads update them; metrics reporters read them on
 * threads of their own.
 */
public final class SourceMetrics {
  private static final long NEVER = -1;

  private final Clock clock;
  private final Clock wallClock;
  private final LongAdder entries = new LongAdder();
  private final LongAdder inventoryRecords = new LongAdder();
  private final LongAdder metricRows = new LongAdder();
  private final LongAdder measurements = new LongAdder();
  private final LongAdder measurementsLeftOut = new LongAdder();
  private final LongAdder downlinks = new LongAdder();
  private final LongAdder gaps = new LongAdder();
  private final LongAdder notLogged = new LongAdder();
  private final LongAdder signals = new LongAdder();
  private final LongAdder usefulSignals = new LongAdder();
  private final LongAdder ends = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private volatile long lag;
  private final Map<Feed, Integer> walked = new ConcurrentHashMap<>();
  private final Map<Feed, Integer> withheld = new ConcurrentHashMap<>();
  private volatile long walkedAt;
  private volatile int deviceQueues;
  private volatile int signalGateways;
  private volatile long streams;
  private volatile long catchingUp;
  private volatile int stalled;
  private volatile long awaySince = NEVER;

  /**
   * @param clock for intervals
   * @param wallClock to compare with times of the server
   */
  public SourceMetrics(Clock clock, Clock wallClock) {
    this.clock = clock;
    this.wallClock = wallClock;
    this.walkedAt = clock.millis();
  }

  public void show(
      TaskMetrics metrics,
      LongSupplier queueRecords,
      LongSupplier queueBytes,
      LongSupplier tokenRefusedForMs) {
    metrics.gauge("entries-total", "Log entries given to Connect", entries::sum);
    metrics.gauge(
        "inventory-records-total", "Inventory records given to Connect", inventoryRecords::sum);
    metrics.gauge("metric-rows-total", "Rows of metrics given to Connect", metricRows::sum);
    metrics.gauge("measurements-total", "Rows of measurements given to Connect", measurements::sum);
    metrics.gauge(
        "measurements-left-out-total",
        "Measurements that became no rows: too many in an uplink, or too large",
        measurementsLeftOut::sum);
    metrics.gauge("downlinks-total", "States of downlinks given to Connect", downlinks::sum);
    metrics.gauge(
        "entry-lag-ms",
        "Age of the last log entry when it was given to Connect, by the server's and the worker's clocks",
        () -> lag);
    metrics.gauge(
        "gaps-total", "Times that entries may be missing, which a header says", gaps::sum);
    metrics.gauge(
        "not-logged-total",
        "Times that the server had seen a device and wrote no uplink into its log",
        notLogged::sum);
    metrics.gauge("devices", "Devices that this task reads", () -> walked.getOrDefault(DEVICES, 0));
    metrics.gauge(
        "inventory-entities",
        "Entities of all inventory feeds that this task reads",
        () -> sum(walked));
    metrics.gauge(
        "inventory-withheld",
        "Entities of this task that are missing from the inventory, too many at once to be taken for deleted",
        () -> sum(withheld));
    metrics.gauge(
        "device-queues",
        "Devices of this task with downlinks waiting, where their queues are read",
        () -> deviceQueues);
    metrics.gauge(
        "inventory-age-ms",
        "Since the inventory was last read as a whole, or the task was started",
        () -> Math.max(0, clock.millis() - walkedAt));
    metrics.gauge("streams-open", "Streams of logs that are open", () -> streams);
    metrics.gauge(
        "streams-catching-up",
        "Open streams that still bring what was logged before they were opened",
        () -> catchingUp);
    metrics.gauge("streams-stalled", "Streams that wait for Kafka to take records", () -> stalled);
    metrics.gauge(
        "signal-gateways",
        "Gateways whose frames show which devices have just sent something",
        () -> signalGateways);
    metrics.gauge("signals-total", "Times that such a frame named a device", signals::sum);
    metrics.gauge(
        "signals-useful-total",
        "Signals that were the first sign that a device has sent something",
        usefulSignals::sum);
    metrics.gauge("stream-ends-total", "Streams that ended and were to be opened again", ends::sum);
    metrics.gauge(
        "stream-refusals-total", "Streams for which the server had no room", refusals::sum);
    metrics.gauge(
        "server-away-ms",
        "For how long the server has not answered, or has refused the API key; 0 while all is well",
        () ->
            Math.max(
                tokenRefusedForMs.getAsLong(),
                awaySince == NEVER ? 0 : clock.millis() - awaySince));
    metrics.gauge("queue-records", "Records that wait for Connect", queueRecords);
    metrics.gauge("queue-bytes", "About how much heap they hold", queueBytes);
  }

  /**
   * A log entry was given to Connect.
   *
   * @param timestamp of the record, milliseconds since 1970
   */
  public void entry(long timestamp) {
    entries.increment();
    lag = wallClock.millis() - timestamp;
  }

  public void inventoryRecord() {
    inventoryRecords.increment();
  }

  public void metricRow() {
    metricRows.increment();
  }

  /**
   * An event was given to Connect, and so many rows were made of it.
   *
   * @param leftOut how many more are wanted, and were not made
   */
  public void measurements(long rows, int leftOut) {
    measurements.add(rows);
    measurementsLeftOut.add(leftOut);
  }

  /** An event was given to Connect, and so many rows of downlinks were made of it. */
  public void downlinks(long rows) {
    downlinks.add(rows);
  }

  public void gap() {
    gaps.increment();
  }

  public void notLogged() {
    notLogged.increment();
  }

  /** A walk found this many entities of a feed for this task. */
  public void walked(Feed feed, int entities) {
    walked.put(feed, entities);
    walkedAt = clock.millis();
  }

  public void withheld(Feed feed, int entities) {
    withheld.put(feed, entities);
  }

  /** This many devices have downlinks waiting. */
  public void deviceQueues(int devices) {
    deviceQueues = devices;
  }

  private static long sum(Map<Feed, Integer> counts) {
    return counts.values().stream().mapToLong(Integer::longValue).sum();
  }

  /** This task has no share of the network, so it does not walk. */
  public void idle() {
    walkedAt = Long.MAX_VALUE;
  }

  public void streams(long open, int stalled) {
    this.streams = open;
    this.stalled = stalled;
  }

  public void catchingUp(long streams) {
    catchingUp = streams;
  }

  /** The frames of this many gateways are read as signals. */
  public void signalGateways(int gateways) {
    signalGateways = gateways;
  }

  /** Frames of gateways have named devices this many times. */
  public void signals(int count) {
    signals.add(count);
  }

  /** A signal was the first sign that a device has sent something. */
  public void signalUseful() {
    usefulSignals.increment();
  }

  public void streamEnded() {
    ends.increment();
  }

  public void streamRefused() {
    refusals.increment();
  }

  public void serverAway(long since) {
    awaySince = since;
  }

  public void serverBack() {
    awaySince = NEVER;
  }
}
