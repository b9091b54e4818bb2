package io.github.chirpconnect.source;

import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.metrics.TaskMetrics;
import io.github.chirpconnect.source.handover.RecordQueue;
import java.time.Clock;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a source task's figures are made of: its threads write here what happens, and whoever
 * watches reads.
 */
public final class SourceMetrics {
  private static final long NEVER = -1;

  private final Clock clock;
  private final Clock wallClock;
  private final LongAdder entries = new LongAdder();
  private final LongAdder devicesWritten = new LongAdder();
  private final LongAdder gaps = new LongAdder();
  private final LongAdder notLogged = new LongAdder();
  private final LongAdder ends = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private volatile long lag;
  private volatile int devices;
  private volatile int withheld;
  private volatile long walkedAt;
  private volatile long streams;
  private volatile long catchingUp;
  private volatile int stalled;
  private volatile long awaySince = NEVER;

  /**
   * @param clock measures how long something lasts
   * @param wallClock tells how old something is that the server has dated
   */
  SourceMetrics(Clock clock, Clock wallClock) {
    this.clock = clock;
    this.wallClock = wallClock;
    this.walkedAt = clock.millis();
  }

  void show(TaskMetrics metrics, RecordQueue queue, AuthGracePeriod token) {
    metrics.gauge("entries-total", "Log entries given to Connect", entries::sum);
    metrics.gauge("device-records-total", "Device records given to Connect", devicesWritten::sum);
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
    metrics.gauge("devices", "Devices that this task reads", () -> devices);
    metrics.gauge(
        "devices-withheld",
        "Devices of this task that are missing from the inventory, too many at once to be taken for deleted",
        () -> withheld);
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
    metrics.gauge("stream-ends-total", "Streams that ended and were to be opened again", ends::sum);
    metrics.gauge(
        "stream-refusals-total", "Streams for which the server had no room", refusals::sum);
    metrics.gauge(
        "server-away-ms",
        "For how long the server has not answered, or has refused the API key; 0 while all is well",
        () -> Math.max(token.refusedForMs(), awaySince == NEVER ? 0 : clock.millis() - awaySince));
    metrics.gauge("queue-records", "Records that wait for Connect", queue::size);
    metrics.gauge("queue-bytes", "About how much heap they hold", queue::bytes);
  }

  /**
   * @param timestamp of the record, milliseconds since 1970
   */
  void entry(long timestamp) {
    entries.increment();
    lag = wallClock.millis() - timestamp;
  }

  void device() {
    devicesWritten.increment();
  }

  public void gap() {
    gaps.increment();
  }

  public void notLogged() {
    notLogged.increment();
  }

  public void walked(int devices) {
    this.devices = devices;
    this.walkedAt = clock.millis();
  }

  public void withheld(int devices) {
    withheld = devices;
  }

  /** There is nothing to walk for. */
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
