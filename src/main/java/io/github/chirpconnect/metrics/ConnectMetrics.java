package io.github.chirpconnect.metrics;

import java.util.LinkedHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;

/** Metrics in the worker's registry, which tags them with the task and removes them with it. */
final class ConnectMetrics implements TaskMetrics {
  private final PluginMetrics worker;

  ConnectMetrics(PluginMetrics worker) {
    this.worker = worker;
  }

  @Override
  public void gauge(String name, String description, LongSupplier value) {
    worker.addMetric(
        worker.metricName(name, description, new LinkedHashMap<>()),
        (Gauge<Long>) (config, now) -> value.getAsLong());
  }

  @Override
  public void close() {
    // The worker removes them.
  }
}
