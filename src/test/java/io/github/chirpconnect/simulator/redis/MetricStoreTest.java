package io.github.chirpconnect.simulator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.simulator.redis.MetricStore.Bucket;
import io.github.chirpconnect.simulator.redis.MetricStore.Clocks;
import io.github.chirpconnect.simulator.redis.MetricStore.Kind;
import io.github.chirpconnect.simulator.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricStoreTest {
  private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");
  private static final Set<Interval> ALL = EnumSet.allOf(Interval.class);

  private final ManualTime time = new ManualTime(NOON);
  private final MetricStore utc = store(ZoneOffset.UTC, Clocks.LEFT_OUT);

  private MetricStore store(ZoneId zone, Clocks clocks) {
    return new MetricStore(time, zone, clocks, Map.of());
  }

  @Test
  void answersWithEveryBucketFromTheFirstToTheLast() {
    write(utc, "2026-07-01T10:20:00Z", 1);
    write(utc, "2026-07-01T10:59:59Z", 2);
    write(utc, "2026-07-01T12:00:00Z", 4);

    assertThat(read(utc, Interval.HOUR, "2026-07-01T09:30:00Z", "2026-07-01T12:59:00Z"))
        .containsExactly(
            bucket("2026-07-01T09:00:00Z"),
            bucket("2026-07-01T10:00:00Z", 3),
            bucket("2026-07-01T11:00:00Z"),
            bucket("2026-07-01T12:00:00Z", 4));
    assertThat(read(utc, Interval.MONTH, "2026-06-30T23:59:59Z", "2026-07-01T00:00:00Z"))
        .containsExactly(bucket("2026-06-01T00:00:00Z"), bucket("2026-07-01T00:00:00Z", 7));
    assertThat(utc.reads()).isEqualTo(6);
  }

  @Test
  void makesOneNumberOfSeveral() {
    for (Kind kind : Kind.values()) {
      for (double value : new double[] {4, 1}) {
        utc.write(kind.name(), kind, ALL, NOON, Map.of("value", value));
      }
    }

    assertThat(value(Kind.COUNTER)).isEqualTo(1);
    assertThat(value(Kind.ABSOLUTE)).isEqualTo(5);
    assertThat(value(Kind.GAUGE)).isEqualTo(2.5);
  }

  private double value(Kind kind) {
    return utc.read(kind.name(), kind, Interval.DAY, NOON, NOON).get(0).values().get("value");
  }

  @Test
  void forgetsABucketSomeTimeAfterItsLastWrite() {
    write(utc, "2026-07-01T12:00:00Z", 1);
    time.advance(Duration.ofHours(47));
    write(utc, "2026-07-01T12:30:00Z", 1);
    time.advance(Duration.ofHours(2));
    assertThat(read(utc, Interval.MINUTE, "2026-07-01T12:30:00Z", "2026-07-01T12:30:00Z"))
        .containsExactly(bucket("2026-07-01T12:30:00Z"));
    assertThat(read(utc, Interval.HOUR, "2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"))
        .containsExactly(bucket("2026-07-01T12:00:00Z", 2));

    time.advance(Duration.ofHours(46));

    assertThat(read(utc, Interval.HOUR, "2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"))
        .containsExactly(bucket("2026-07-01T12:00:00Z"));
    assertThat(read(utc, Interval.DAY, "2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"))
        .containsExactly(bucket("2026-07-01T00:00:00Z", 2));
  }

  @Test
  void cutsBucketsInTheServersTimeZone() {
    MetricStore kolkata = store(ZoneId.of("Asia/Kolkata"), Clocks.LEFT_OUT);
    write(kolkata, "2026-07-01T10:29:00Z", 1);
    write(kolkata, "2026-07-01T18:31:00Z", 2);

    assertThat(read(kolkata, Interval.HOUR, "2026-07-01T10:00:00Z", "2026-07-01T10:00:00Z"))
        .containsExactly(bucket("2026-07-01T09:30:00Z", 1));
    assertThat(read(kolkata, Interval.DAY, "2026-07-01T10:00:00Z", "2026-07-01T18:40:00Z"))
        .containsExactly(bucket("2026-06-30T18:30:00Z", 1), bucket("2026-07-01T18:30:00Z", 2));
  }

  /** On 2026-03-29 there is no 02:00 in Berlin, on 2026-10-25 it is there twice. */
  @Test
  void leavesOutHoursInWhichClocksAreChangedOrGoesOn() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");

    assertThat(
            starts(store(berlin, Clocks.LEFT_OUT), "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"))
        .containsExactly("2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z");
    assertThat(
            starts(store(berlin, Clocks.LEFT_OUT), "2026-10-24T23:00:00Z", "2026-10-25T02:00:00Z"))
        .containsExactly("2026-10-24T23:00:00Z", "2026-10-25T02:00:00Z");
    assertThat(starts(store(berlin, Clocks.GO_ON), "2026-10-24T23:00:00Z", "2026-10-25T02:00:00Z"))
        .containsExactly("2026-10-24T23:00:00Z", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z");
  }

  @Test
  void losesEverythingWithRedis() {
    write(utc, "2026-07-01T12:00:00Z", 1);
    utc.writeState("state", "on");

    utc.clear();

    assertThat(read(utc, Interval.MONTH, "2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"))
        .containsExactly(bucket("2026-07-01T00:00:00Z"));
    assertThat(utc.readState("state")).isEmpty();
  }

  private static void write(MetricStore store, String at, double value) {
    store.write("name", Kind.ABSOLUTE, ALL, Instant.parse(at), Map.of("value", value));
  }

  private static List<Bucket> read(MetricStore store, Interval interval, String start, String end) {
    return store.read("name", Kind.ABSOLUTE, interval, Instant.parse(start), Instant.parse(end));
  }

  private static List<String> starts(MetricStore store, String start, String end) {
    return read(store, Interval.HOUR, start, end).stream()
        .map(bucket -> bucket.start().toString())
        .toList();
  }

  private static Bucket bucket(String start) {
    return new Bucket(Instant.parse(start), Map.of());
  }

  private static Bucket bucket(String start, double value) {
    return new Bucket(Instant.parse(start), Map.of("value", value));
  }
}
