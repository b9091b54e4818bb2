package io.github.chirpconnect.source.series;

import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.record.MetricRow;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.offset.BucketPosition;
import io.github.chirpconnect.source.offset.Positions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Turns closed buckets that were not passed on into rows, and puts them into the queue. */
final class SeriesRows {
  private final NewRow.Dependencies task;
  private final RecordQueue queue;

  /** Rows for which the queue has no room yet. */
  private final Deque<NewRow> waiting = new ArrayDeque<>();

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
    List<MetricPoint> rows = bucket.rows();
    for (int i = passed; i < rows.size(); i++) {
      boolean whole = i == rows.size() - 1;
      waiting.add(
          new NewRow(
              owner,
              new MetricRow(
                  series.feed(), owner.id(), owner.place(), series.aggregation(), rows.get(i)),
              whole
                  ? BucketPosition.whole(bucket.time())
                  : new BucketPosition(bucket.time(), i + 1),
              task));
    }
    task.positions()
        .advance(
            owner.id(), series.feed(), series.aggregation(), BucketPosition.whole(bucket.time()));
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
