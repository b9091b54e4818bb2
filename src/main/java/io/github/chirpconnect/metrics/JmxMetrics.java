package io.github.chirpconnect.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;

/**
 * Metrics in JMX, for workers without a registry for plugins. Named as newer workers name them, in
 * another domain.
 */
final class JmxMetrics implements TaskMetrics {
  private static final String DOMAIN = "io.github.chirpconnect";
  private static final String GROUP = "plugins";

  private final Metrics registry =
      new Metrics(
          new MetricConfig(),
          List.of(new JmxReporter()),
          Time.SYSTEM,
          new KafkaMetricsContext(DOMAIN));

  private final Map<String, String> tags = new LinkedHashMap<>();

  JmxMetrics(String connector, int task) {
    tags.put("connector", connector);
    tags.put("task", Integer.toString(task));
  }

  @Override
  public void gauge(String name, String description, LongSupplier value) {
    registry.addMetric(
        registry.metricName(name, GROUP, description, tags),
        (Gauge<Long>) (config, now) -> value.getAsLong());
  }

  @Override
  public void close() {
    registry.close();
  }
}
