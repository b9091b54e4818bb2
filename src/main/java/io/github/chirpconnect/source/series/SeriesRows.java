package io.github.chirpconnect.source.series;

import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.common.LogOnce;
import io.github.chirpconnect.record.MetricRow;
import io.github.chirpconnect.record.measurement.Measurements;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.offset.BucketPosition;
import io.github.chirpconnect.source.offset.Positions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns closed buckets that were not passed on into rows, and puts them into the queue. */
final class SeriesRows {
  private static final Logger LOG = LoggerFactory.getLogger(SeriesRows.class);
  private static final int NAME_SHOWN = 120;

  private final NewRow.Dependencies task;
  private final RecordQueue queue;

  /** Rows for which the queue has no room yet. */
  private final Deque<NewRow> waiting = new ArrayDeque<>();

  /** By owner, feed and beginning of the name. */
  private final LogOnce tooLong = new LogOnce(LOG);

  SeriesRows(NewRow.Dependencies task, RecordQueue queue) {
    this.task = task;
    this.queue = queue;
  }

  /** The beginning of the first bucket that earlier tasks have not passed on. */
  long unread(String owner, PolledSeries series) {
    BucketPosition last = last(owner, series);
    if (last == null) {
      return SeriesOwner.NEVER;
    }
    return last.isWhole() ? series.after(last.bucket()) : last.bucket();
  }

  private BucketPosition last(String owner, PolledSeries series) {
    Positions positions = task.positions();
    return positions.read(owner, series.feed()).of(series.aggregation());
  }

  /**
   * @param from earlier buckets are left out
   */
  void add(SeriesOwner owner, PolledSeries series, List<ClosedBuckets.Bucket> buckets, long from) {
    for (ClosedBuckets.Bucket bucket : buckets) {
      if (bucket.time() >= from) {
        add(owner, series, bucket);
      }
    }
  }

  private void add(SeriesOwner owner, PolledSeries series, ClosedBuckets.Bucket bucket) {
    BucketPosition last = last(owner.id(), series);
    if (last != null
        && (bucket.time() < last.bucket() || (bucket.time() == last.bucket() && last.isWhole()))) {
      return;
    }
    int passed = last != null && bucket.time() == last.bucket() ? last.rows() : 0;
    List<MetricRow> rows = rows(owner, series, bucket);
    for (int i = passed; i < rows.size(); i++) {
      boolean whole = i == rows.size() - 1;
      waiting.add(
          new NewRow(
              owner,
              rows.get(i),
              whole
                  ? BucketPosition.whole(bucket.time())
                  : new BucketPosition(bucket.time(), i + 1),
              task));
    }
    task.positions()
        .advance(
            owner.id(), series.feed(), series.aggregation(), BucketPosition.whole(bucket.time()));
  }

  /** The same rows whenever the bucket is read: a position counts them. */
  private List<MetricRow> rows(
      SeriesOwner owner, PolledSeries series, ClosedBuckets.Bucket bucket) {
    List<MetricRow> rows = new ArrayList<>();
    for (MetricPoint point : bucket.rows()) {
      MetricRow row =
          new MetricRow(series.feed(), owner.id(), owner.place(), series.aggregation(), point);
      if (row.isIndexable()) {
        rows.add(row);
      } else {
        String shown = point.metric().substring(0, Math.min(NAME_SHOWN, point.metric().length()));
        tooLong.warn(
            owner.id() + series.feed() + shown,
            "The metric {}… of {} has no records in the feed {}: its name has more than {} characters",
            shown,
            owner.id(),
            series.feed(),
            Measurements.LONGEST_NAME);
      }
    }
    return rows;
  }

  /** Returns whether no row waits any more. */
  boolean drain() {
    while (!waiting.isEmpty() && queue.offer(waiting.peek())) {
      waiting.remove();
    }
    return waiting.isEmpty();
  }

  boolean hold(SeriesOwner owner) {
    return waiting.stream().anyMatch(row -> row.owner() == owner);
  }
}
