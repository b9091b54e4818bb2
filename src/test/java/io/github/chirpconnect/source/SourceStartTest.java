package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.source.offset.LedgerShape;
import io.github.chirpconnect.testing.FakeChirpStack;
import io.github.chirpconnect.testing.ManualTime;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** A task that cannot start leaves nothing behind: Connect does not stop it. */
class SourceStartTest {
  private final ManualTime time = new ManualTime();
  private final FakeChirpStack chirpStack = new FakeChirpStack(time);
  private final StartedSource.Threads threads =
      new StartedSource.Threads(
          Executors.newSingleThreadScheduledExecutor(),
          Executors.newSingleThreadScheduledExecutor(),
          Executors.newSingleThreadScheduledExecutor(),
          Executors.newSingleThreadScheduledExecutor());
  private final Map<String, String> properties =
      Map.of("chirpstack.url", "localhost:8080", "chirpstack.token", "eyJh.eyJz.c2ln");

  private final Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
  private final StoredOffsets context = new StoredOffsets(properties, offsets);

  @Test
  void aWorkerThatRefusesMetrics() {
    context.metricsFailure = new IllegalStateException("no more metrics");
    ChirpStackSourceTask task =
        task(new StartedSource.Dependencies(time.clock, time.wallClock, () -> 0, threads, 0));
    assertThatThrownBy(() -> task.start(properties)).hasMessage("no more metrics");
    assertNothingIsLeft();
  }

  @Test
  void aFigureThatCannotBeShown() {
    context.pluginMetrics().addMetric(metric("queue-bytes"), (config, now) -> 0L);
    ChirpStackSourceTask task =
        task(new StartedSource.Dependencies(time.clock, time.wallClock, () -> 0, threads, 0));
    assertThatThrownBy(() -> task.start(properties)).hasMessageContaining("queue-bytes");
    assertNothingIsLeft();
  }

  /** On such a worker the task shows its figures in JMX, where nobody else would remove them. */
  @Test
  void offsetsThatAreNotItsOwnOnAnOlderWorker() throws JMException {
    ObjectName figures = new ObjectName("io.github.chirpconnect:*");
    MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
    Set<ObjectName> before = jmx.queryNames(figures, null);
    context.withoutMetrics = true;
    offsets.put(LedgerShape.partition(Feed.DEVICES, 7), Map.of("ledger", "nonsense"));
    ChirpStackSourceTask task =
        task(new StartedSource.Dependencies(time.clock, time.wallClock, () -> 0, threads, 0));
    assertThatThrownBy(() -> task.start(properties)).isInstanceOf(ConnectException.class);
    assertNothingIsLeft();
    assertThat(jmx.queryNames(figures, null)).isEqualTo(before);
  }

  @Test
  void threadsThatCannotBeMade() {
    threads.shutdownNow();
    ChirpStackSourceTask task =
        new ChirpStackSourceTask(
            connection -> chirpStack,
            config -> {
              throw new OutOfMemoryError("unable to create native thread");
            });
    task.initialize(context);
    assertThatThrownBy(() -> task.start(properties)).isInstanceOf(OutOfMemoryError.class);
    assertNothingIsLeft();
  }

  private ChirpStackSourceTask task(StartedSource.Dependencies dependencies) {
    ChirpStackSourceTask task =
        new ChirpStackSourceTask(connection -> chirpStack, config -> dependencies);
    task.initialize(context);
    return task;
  }

  private MetricName metric(String name) {
    return new MetricName(name, "plugins", "", Map.of());
  }

  private void assertNothingIsLeft() {
    assertThat(chirpStack.closed).isTrue();
    assertThat(threads.all()).allMatch(ExecutorService::isShutdown);
  }
}
