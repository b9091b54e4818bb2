package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.testing.FakeChirpStack;
import io.github.chirpconnect.testing.ManualTime;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.MetricName;
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

  private final StoredOffsets context = new StoredOffsets(properties, new HashMap<>());

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
