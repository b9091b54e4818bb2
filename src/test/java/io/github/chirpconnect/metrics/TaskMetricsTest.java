package io.github.chirpconnect.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.junit.jupiter.api.Test;

class TaskMetricsTest {
  private final MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();

  @Test
  void aWorkerThatHasARegistryForPluginsGetsThem() {
    ShownMetrics worker = new ShownMetrics();
    AtomicLong value = new AtomicLong(1);
    try (TaskMetrics metrics = TaskMetrics.of(context(worker), "c", 0)) {
      metrics.gauge("devices", "Devices there are", value::get);
      value.set(2);

      assertThat(worker.value("devices")).isEqualTo(2);
      assertThat(worker.description("devices")).isEqualTo("Devices there are");
    }
  }

  @Test
  void onAnOlderWorkerTheyAreInJmxUntilTheTaskStops() throws JMException {
    ObjectName name =
        new ObjectName("io.github.chirpconnect:type=plugins,connector=my-source,task=3");
    AtomicLong value = new AtomicLong(1);
    try (TaskMetrics metrics = TaskMetrics.of(context(null), "my-source", 3)) {
      metrics.gauge("devices", "Devices there are", value::get);
      metrics.gauge("entries-total", "Entries there were", () -> 7);
      value.set(2);

      assertThat(jmx.getAttribute(name, "devices")).isEqualTo(2L);
      assertThat(jmx.getAttribute(name, "entries-total")).isEqualTo(7L);
    }
    assertThat(jmx.isRegistered(name)).isFalse();
  }

  /**
   * @param worker null for one that does not know of plugins' metrics
   */
  private static SourceTaskContext context(ShownMetrics worker) {
    return (SourceTaskContext)
        Proxy.newProxyInstance(
            TaskMetricsTest.class.getClassLoader(),
            new Class<?>[] {SourceTaskContext.class},
            (proxy, method, arguments) -> {
              if (worker == null) {
                throw new NoSuchMethodError(method.getName());
              }
              return worker;
            });
  }
}
