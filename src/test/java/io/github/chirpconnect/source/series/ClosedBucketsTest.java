package io.github.chirpconnect.source.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.MetricPoint;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosedBucketsTest {
  private static final Instant EIGHT = Instant.parse("2026-07-23T08:00:00Z");
  private static final Instant NINE = Instant.parse("2026-07-23T09:00:00Z");

  @Test
  void theLastBucketMayStillGrow() {
    ClosedBuckets answer =
        ClosedBuckets.of(
            List.of(point("rx_packets", null, NINE, 2), point("rx_packets", null, EIGHT, 1)));
    assertThat(answer.buckets())
        .singleElement()
        .satisfies(bucket -> assertThat(bucket.time()).isEqualTo(EIGHT.toEpochMilli()));
    assertThat(answer.newest()).hasValue(NINE.toEpochMilli());
  }

  @Test
  void anAnswerMayHaveNoBuckets() {
    ClosedBuckets answer = ClosedBuckets.of(List.of());
    assertThat(answer.buckets()).isEmpty();
    assertThat(answer.newest()).isEmpty();
  }

  /** As v3 answers where clocks are set forward: the hour that is left out is the one after it. */
  @Test
  void aBucketThatIsToldTwiceIsOne() {
    ClosedBuckets answer =
        ClosedBuckets.of(
            List.of(
                point("rx_packets", null, EIGHT, 1),
                point("rx_packets", null, EIGHT, 1),
                point("rx_packets", null, NINE, 0)));
    assertThat(answer.buckets())
        .singleElement()
        .satisfies(bucket -> assertThat(bucket.rows()).hasSize(1));
  }

  /** The server's order is that of a hash: a position counts rows. */
  @Test
  void rowsHaveAnOrderOfTheirOwn() {
    MetricPoint dataRate = point("rx_packets_per_dr", "5", EIGHT, 1);
    MetricPoint frequency = point("rx_packets_per_freq", "868100000", EIGHT, 1);
    MetricPoint whole = point("rx_packets", null, EIGHT, 1);
    MetricPoint open = point("rx_packets", null, NINE, 0);
    List<MetricPoint> rows = rows(List.of(frequency, whole, open, dataRate));
    assertThat(rows).containsExactly(whole, dataRate, frequency);
    assertThat(rows(List.of(open, dataRate, frequency, whole))).isEqualTo(rows);
  }

  @Test
  void zeroIsNothingWhereAllIsZeroAndWhereItIsAPart() {
    MetricPoint zero = point("temperature", null, EIGHT, 0);
    MetricPoint part = point("errors", "OTAA", EIGHT, 0);
    MetricPoint open = point("temperature", null, NINE, 0);
    assertThat(ClosedBuckets.of(List.of(zero, part, open)).buckets()).isEmpty();
    MetricPoint humidity = point("humidity", null, EIGHT, 60);
    assertThat(rows(List.of(zero, part, humidity, open))).containsExactly(humidity, zero);
  }

  private static List<MetricPoint> rows(List<MetricPoint> points) {
    return ClosedBuckets.of(points).buckets().get(0).rows();
  }

  private static MetricPoint point(String metric, String label, Instant time, double value) {
    return new MetricPoint(metric, label, time, value, "ABSOLUTE");
  }
}
