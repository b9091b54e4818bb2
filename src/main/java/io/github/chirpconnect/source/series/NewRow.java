package io.github.chirpconnect.source.series;

import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.record.MetricRow;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.source.handover.Handed;
import io.github.chirpconnect.source.offset.BucketPosition;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Positions;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * One number of a series, to be handed to Connect. Its offset covers itself and all rows before it.
 * If a bucket is cut off in the middle, by a kill or because its last rows were dropped on their
 * way, the next task continues with the next row.
 */
final class NewRow implements Handed {

  /** What all rows need to become records. */
  record Dependencies(Positions positions, RecordFactory records, SourceMetrics metrics) {}

  private final SeriesOwner owner;
  private final MetricRow row;
  private final BucketPosition position;
  private final Dependencies task;

  NewRow(SeriesOwner owner, MetricRow row, BucketPosition position, Dependencies task) {
    this.owner = owner;
    this.row = row;
    this.position = position;
    this.task = task;
  }

  SeriesOwner owner() {
    return owner;
  }

  @Override
  public long bytes() {
    return 2 * OVERHEAD;
  }

  @Override
  public void addTo(List<SourceRecord> batch) {
    Map<String, String> partition = PositionShape.ofSeries(row.feed()).partition(owner.id());
    Map<String, String> offset =
        task.positions().delivered(owner.id(), row.feed(), row.aggregation(), position);
    try {
      batch.add(task.records().metric(row, partition, offset));
    } catch (RuntimeException e) {
      throw new ConnectException(
          "The metric "
              + row.point().metric()
              + " of "
              + owner.id()
              + " at "
              + row.point().time()
              + " cannot be turned into a record: "
              + e.getMessage(),
          e);
    }
    task.metrics().metricRow();
  }
}
