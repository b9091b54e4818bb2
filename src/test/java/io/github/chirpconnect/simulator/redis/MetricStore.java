package io.github.chirpconnect.simulator.redis;

import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The metrics of all devices and gateways: numbers by name in buckets, which are cut in the
 * server's time zone and kept for a while after the last write. What is not there reads as zero.
 */
public final class MetricStore {
  /** What becomes of several numbers in one bucket. */
  public enum Kind {
    /** The last one counts. */
    COUNTER,
    /** They are added up. */
    ABSOLUTE,
    /** Their mean counts. */
    GAUGE
  }

  /** What is answered for an hour that is there twice, or not at all, when clocks are changed. */
  public enum Clocks {
    /** Nothing: v4. */
    LEFT_OUT,
    /** It once, or the one after it: v3. */
    GO_ON
  }

  /**
   * One bucket.
   *
   * @param values by name; empty where nothing was written, or where it is gone
   */
  public record Bucket(Instant start, Map<String, Double> values) {}

  private record Key(String name, Interval interval, LocalDateTime start) {}

  /** Few fields each, and very many of them. */
  private static final class Numbers {
    private final Map<String, Double> sums = new HashMap<>(8);

    /** How many numbers a sum is of; for means alone. */
    private final Map<String, Integer> counts;

    private Instant expires;

    Numbers(Kind kind) {
      counts = kind == Kind.GAUGE ? new HashMap<>(8) : Map.of();
    }
  }

  private final Time time;
  private final ZoneId zone;
  private final Clocks clocks;
  private final Map<Interval, Duration> kept;
  private final Map<Key, Numbers> buckets = new HashMap<>();
  private final Map<String, String> states = new HashMap<>();
  private final LongAdder reads = new LongAdder();

  /**
   * @param kept where buckets are not kept as long as v4 does
   */
  public MetricStore(Time time, ZoneId zone, Clocks clocks, Map<Interval, Duration> kept) {
    this.time = time;
    this.zone = zone;
    this.clocks = clocks;
    this.kept = Map.copyOf(kept);
  }

  /**
   * Adds numbers to the bucket of a moment, in each of the intervals.
   *
   * @param name whose, such as {@code device:0102030405060708}
   */
  public synchronized void write(
      String name, Kind kind, Set<Interval> intervals, Instant at, Map<String, Double> values) {
    for (Interval interval : intervals) {
      Key key = new Key(name, interval, interval.floor(local(at)));
      alive(key);
      Numbers numbers = buckets.computeIfAbsent(key, k -> new Numbers(kind));
      numbers.expires = time.now().plus(kept.getOrDefault(interval, interval.kept()));
      values.forEach((field, value) -> add(numbers, kind, field.intern(), value));
    }
  }

  private static void add(Numbers numbers, Kind kind, String field, double value) {
    if (kind == Kind.GAUGE) {
      numbers.counts.merge(field, 1, Integer::sum);
    }
    numbers.sums.merge(field, value, (old, more) -> kind == Kind.COUNTER ? more : old + more);
  }

  /** Puts buckets in place of all that there was, of whatever name. */
  public synchronized void replace(
      String name, Interval interval, Map<Instant, Map<String, Double>> values) {
    clear();
    values.forEach(
        (start, numbers) -> write(name, Kind.ABSOLUTE, Set.of(interval), start, numbers));
  }

  /** Each bucket from the one of the start to the one of the end, both included, empty or not. */
  public synchronized List<Bucket> read(
      String name, Kind kind, Interval interval, Instant start, Instant end) {
    List<Bucket> found = new ArrayList<>();
    LocalDateTime last = interval.floor(local(end));
    for (LocalDateTime bucket = interval.floor(local(start));
        !bucket.isAfter(last);
        bucket = interval.next(bucket)) {
      reads.increment();
      if (clocks == Clocks.GO_ON || zone.getRules().getValidOffsets(bucket).size() == 1) {
        ZonedDateTime begin = bucket.atZone(zone);
        Numbers numbers = alive(new Key(name, interval, begin.toLocalDateTime()));
        found.add(
            new Bucket(begin.toInstant(), numbers == null ? Map.of() : values(numbers, kind)));
      }
    }
    return found;
  }

  /** Null where there is nothing any more. */
  private Numbers alive(Key key) {
    return buckets.computeIfPresent(
        key, (k, numbers) -> numbers.expires.isAfter(time.now()) ? numbers : null);
  }

  private static Map<String, Double> values(Numbers numbers, Kind kind) {
    Map<String, Double> values = new TreeMap<>(numbers.sums);
    if (kind == Kind.GAUGE) {
      values.replaceAll((field, sum) -> sum / numbers.counts.get(field));
    }
    return values;
  }

  /** The last text of a metric that has no numbers. */
  public synchronized void writeState(String name, String state) {
    states.put(name, state);
  }

  /** Empty while there is none. */
  public synchronized String readState(String name) {
    reads.increment();
    return states.getOrDefault(name, "");
  }

  /** Redis has lost everything. */
  public synchronized void clear() {
    buckets.clear();
    states.clear();
  }

  /** How many buckets and states were asked for. */
  public long reads() {
    return reads.sum();
  }

  private LocalDateTime local(Instant instant) {
    return LocalDateTime.ofInstant(instant, zone);
  }
}
