package io.github.chirpconnect.metrics;

import java.util.function.LongSupplier;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceTaskContext;

/**
 * The metrics of one task, beside the worker's own: in JMX, and in the worker's metrics reporters.
 *
 * <p>Workers from 4.1 on register a plugin's metrics with their own, as {@code
 * kafka.connect:type=plugins,connector=…,task=…}. For older workers the task has a registry of its
 * own, which shows them in JMX as {@code io.github.chirpconnect:type=plugins,connector=…,task=…}.
 */
public interface TaskMetrics extends AutoCloseable {
  /**
   * Registers a metric.
   *
   * @param name in lower case with dashes; a counter ends in {@code -total}, a time in {@code -ms}
   * @param value called whenever the metric is read, on any thread, also after {@link #close}
   */
  void gauge(String name, String description, LongSupplier value);

  /** Removes the metrics. */
  @Override
  void close();

  /**
   * @param connector its name
   * @param task its number
   */
  static TaskMetrics of(SourceTaskContext context, String connector, int task) {
    try {
      return new ConnectMetrics(context.pluginMetrics());
    } catch (NoSuchMethodError e) {
      return new JmxMetrics(connector, task);
    }
  }

  /**
   * @param connector its name
   * @param task its number
   */
  static TaskMetrics of(SinkTaskContext context, String connector, int task) {
    try {
      return new ConnectMetrics(context.pluginMetrics());
    } catch (NoSuchMethodError e) {
      return new JmxMetrics(connector, task);
    }
  }
}
