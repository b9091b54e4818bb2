package io.github.chirpconnect.source;

import io.github.chirpconnect.testing.FakeChirpStack;
import io.github.chirpconnect.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.connect.source.SourceRecord;

/** A task as Connect runs it, on time that stands still until told. */
final class TaskUnderTest {
  final ManualTime time = new ManualTime();
  final FakeChirpStack chirpStack = new FakeChirpStack(time);
  final Map<String, String> properties = new HashMap<>();

  /** What Connect has stored; empties do not exist. */
  final Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();

  /** Records that a transform drops. */
  Predicate<SourceRecord> dropped = record -> false;

  private StoredOffsets context;
  private ChirpStackSourceTask task;

  TaskUnderTest(String... feeds) {
    properties.put("chirpstack.url", "localhost:8080");
    properties.put("chirpstack.token", "eyJh.eyJz.c2ln");
    properties.put("feeds", String.join(",", feeds));
    properties.put("poll.linger.ms", "0");
  }

  void start() {
    task =
        new ChirpStackSourceTask(
            connection -> chirpStack,
            config ->
                new StartedSource.Dependencies(
                    time.clock,
                    time.wallClock,
                    () -> 0,
                    new StartedSource.Threads(
                        time.thread(), time.thread(), time.thread(), time.thread()),
                    0));
    context = new StoredOffsets(properties, offsets);
    task.initialize(context);
    task.start(properties);
  }

  /** Stops without handing over what is queued, and starts from what was stored. */
  void restart() {
    task.stop();
    start();
  }

  ChirpStackSourceTask task() {
    return task;
  }

  /** One poll; what it returns is stored. */
  List<SourceRecord> poll() {
    List<SourceRecord> records = pollWithoutCommit();
    commit(records);
    return records;
  }

  List<SourceRecord> pollWithoutCommit() {
    try {
      List<SourceRecord> records = task.poll();
      return records == null ? List.of() : records;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void commit(List<SourceRecord> records) {
    StoredOffsets.commit(records.stream().filter(dropped.negate()).toList(), offsets);
  }

  /** What a figure of the task says now. */
  long shows(String metric) {
    return context.pluginMetrics().value(metric);
  }

  int offsetReads() {
    return context.reads();
  }

  /** Lets time pass while Connect polls ten times a second. */
  List<SourceRecord> run(Duration duration) {
    List<SourceRecord> records = new ArrayList<>();
    for (long passed = 0; passed < duration.toMillis(); passed += 100) {
      time.advance(Duration.ofMillis(100));
      records.addAll(poll());
    }
    return records;
  }

  List<SourceRecord> runSeconds(int seconds) {
    return run(Duration.ofSeconds(seconds));
  }
}
