package io.github.chirpconnect.sink;

import io.github.chirpconnect.metrics.ShownMetrics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** Notes what a task asks of Connect. */
final class FakeContext implements SinkTaskContext {
  record Report(SinkRecord record, Throwable reason) {}

  final ShownMetrics metrics = new ShownMetrics();
  final Set<TopicPartition> assignment = new HashSet<>();
  final Set<TopicPartition> paused = new HashSet<>();
  final List<Report> reports = new ArrayList<>();
  Future<Void> reported = CompletableFuture.completedFuture(null);
  boolean hasReporter = true;
  boolean tolerant = true;
  boolean commitRequested;
  long timeout = -1;

  /** What asking for metrics meets; null for success. */
  RuntimeException metricsFailure;

  List<String> reasons() {
    return reports.stream().map(report -> report.reason().getMessage()).toList();
  }

  @Override
  public ErrantRecordReporter errantRecordReporter() {
    return hasReporter ? this::report : null;
  }

  private Future<Void> report(SinkRecord record, Throwable reason) {
    reports.add(new Report(record, reason));
    if (!tolerant) {
      throw new ConnectException("Tolerance exceeded in error handler", reason);
    }
    return reported;
  }

  @Override
  public PluginMetrics pluginMetrics() {
    if (metricsFailure != null) {
      throw metricsFailure;
    }
    return metrics;
  }

  @Override
  public Map<String, String> configs() {
    return Map.of();
  }

  @Override
  public void offset(Map<TopicPartition, Long> offsets) {
    throw new AssertionError("nothing is rewound");
  }

  @Override
  public void offset(TopicPartition partition, long offset) {
    throw new AssertionError("nothing is rewound");
  }

  @Override
  public void timeout(long timeoutMs) {
    timeout = timeoutMs;
  }

  @Override
  public Set<TopicPartition> assignment() {
    return assignment;
  }

  @Override
  public void pause(TopicPartition... partitions) {
    paused.addAll(List.of(partitions));
  }

  @Override
  public void resume(TopicPartition... partitions) {
    List.of(partitions).forEach(paused::remove);
  }

  @Override
  public void requestCommit() {
    commitRequested = true;
  }
}
