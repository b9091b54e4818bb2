package io.github.chirpconnect.source;

import io.github.chirpconnect.metrics.ShownMetrics;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Connect, as a task sees it. */
public final class StoredOffsets implements SourceTaskContext, OffsetStorageReader {
  private final Map<String, String> properties;
  private final Map<Map<String, ?>, Map<String, ?>> offsets;
  private final ShownMetrics metrics = new ShownMetrics();
  private int reads;

  /** What asking for metrics meets; null for success. */
  RuntimeException metricsFailure;

  /** Whether the worker is one that does not know of plugins' metrics. */
  boolean withoutMetrics;

  public StoredOffsets(
      Map<String, String> properties, Map<Map<String, ?>, Map<String, ?>> offsets) {
    this.properties = properties;
    this.offsets = offsets;
  }

  /** What Connect does when records are stored; an offset of null removes the partition's. */
  static void commit(List<SourceRecord> records, Map<Map<String, ?>, Map<String, ?>> offsets) {
    for (SourceRecord record : records) {
      if (record.sourceOffset() == null) {
        offsets.remove(record.sourcePartition());
      } else {
        offsets.put(record.sourcePartition(), record.sourceOffset());
      }
    }
  }

  /** How often offsets were read, however many at once. */
  int reads() {
    return reads;
  }

  @Override
  public Map<String, String> configs() {
    return properties;
  }

  @Override
  public OffsetStorageReader offsetStorageReader() {
    return this;
  }

  @Override
  public ShownMetrics pluginMetrics() {
    if (metricsFailure != null) {
      throw metricsFailure;
    }
    if (withoutMetrics) {
      throw new NoSuchMethodError("pluginMetrics");
    }
    return metrics;
  }

  @Override
  public <T> Map<String, Object> offset(Map<String, T> partition) {
    throw new IllegalStateException("each look costs a round trip to Kafka: read in bulk");
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> Map<Map<String, T>, Map<String, Object>> offsets(
      Collection<Map<String, T>> partitions) {
    reads++;
    Map<Map<String, T>, Map<String, Object>> found = new HashMap<>();
    for (Map<String, T> partition : partitions) {
      found.put(partition, (Map<String, Object>) offsets.get(partition));
    }
    return found;
  }
}
