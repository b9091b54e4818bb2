package io.github.chirpconnect.metrics;

import java.util.function.LongSupplier;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceTaskContext;

/**
 * The figures of one task, where the worker's own are: in JMX, and wherever the worker's metrics
 * reporters take them.
 *
 * <p>Workers from 4.1 on register a plugin's metrics with their own, as {@code
 * kafka.connect:type=plugins,connector=…,task=…}. For older workers the task has a registry of its
 * own, which shows them in JMX as {@code io.github.chirpconnect:type=plugins,connector=…,task=…}.
 */
public interface TaskMetrics extends AutoCloseable {
  /**
   * Shows a figure from now on.
   *
   * @param name in lower case with dashes; a figure that only grows ends in {@code -total}, a time
   *     in {@code -ms}
   * @param value asked whenever somebody looks, on any thread, after {@link #close} too
   */
  void gauge(String name, String description, LongSupplier value);

  /** Shows nothing any more. */
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
