package io.github.chirpconnect.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;

/** A worker's registry for one task, to read from. */
public final class ShownMetrics implements PluginMetrics {
  private final Map<String, MetricValueProvider<?>> values = new TreeMap<>();
  private final Map<String, String> descriptions = new TreeMap<>();

  /** What a figure says now. */
  public long value(String name) {
    if (!(values.get(name) instanceof Gauge<?> gauge)) {
      throw new AssertionError(name + " is not shown; these are: " + values.keySet());
    }
    return (Long) gauge.value(null, 0);
  }

  public String description(String name) {
    return descriptions.get(name);
  }

  @Override
  @SuppressWarnings("NonApiType") // Connect's own signature
  public MetricName metricName(
      String name, String description, LinkedHashMap<String, String> tags) {
    descriptions.put(name, description);
    return new MetricName(name, "plugins", description, tags);
  }

  @Override
  public void addMetric(MetricName name, MetricValueProvider<?> value) {
    if (values.put(name.name(), value) != null) {
      throw new IllegalArgumentException(name + " is there already");
    }
  }

  @Override
  public void removeMetric(MetricName name) {
    values.remove(name.name());
  }

  @Override
  public Sensor addSensor(String name) {
    throw new IllegalArgumentException("no sensor is used: " + name);
  }

  @Override
  public void removeSensor(String name) {
    throw new IllegalArgumentException("no sensor is used: " + name);
  }
}
