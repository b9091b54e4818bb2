package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.fault.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task on its own threads against a server over TCP. */
@Timeout(120)
class SourceTaskIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Simulator chirpStack = Simulator.builder().start();
  private final String device = chirpStack.network().devEuis().get(0);
  private final Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
  private final List<SourceRecord> records = new ArrayList<>();
  private final ExecutorService connect = Executors.newSingleThreadExecutor();
  private ChirpStackSourceTask task = new ChirpStackSourceTask();

  @AfterEach
  void tearDown() {
    task.stop();
    connect.shutdownNow();
    chirpStack.close();
  }

  @Test
  void everyUplinkOnceAcrossARestartOfTheServerAndOneOfTheTask() throws Exception {
    chirpStack.network().join(device);
    uplinks(3);
    start();
    pollUntil(() -> ups() == 3);
    assertThat(count(record -> record.topic().equals("chirpstack.devices")))
        .isEqualTo(chirpStack.network().devEuis().size());

    chirpStack.stop();
    uplinks(2);
    chirpStack.start();
    pollUntil(() -> ups() == 5);

    task.stop();
    uplinks(2);
    task = new ChirpStackSourceTask();
    start();
    pollUntil(() -> ups() == 7);

    assertThat(ids()).doesNotHaveDuplicates();
    assertThat(count(record -> record.headers().lastWithName("chirpstack.gap") != null)).isZero();
    assertThat(count(record -> record.topic().equals("chirpstack.devices")))
        .as("no device is written again")
        .isEqualTo(chirpStack.network().devEuis().size());
  }

  @Test
  void historyLostWithRedisIsReported() throws Exception {
    chirpStack.network().join(device);
    uplinks(1);
    start();
    pollUntil(() -> ups() == 1);
    task.stop();
    chirpStack.faults().clearHistory();
    uplinks(2);
    task = new ChirpStackSourceTask();
    start();
    pollUntil(() -> ups() == 3);
    assertThat(gaps()).containsExactly("cleared");
  }

  @Test
  void aRestoredBackupOfTheHistoryRepeatsNothing() throws Exception {
    chirpStack.network().join(device);
    uplinks(3);
    Faults.Backup backup = chirpStack.faults().backupHistory();
    uplinks(3);
    start();
    pollUntil(() -> ups() == 6);
    task.stop();
    chirpStack.faults().restoreHistory(backup);
    uplinks(1);
    task = new ChirpStackSourceTask();
    start();
    pollUntil(() -> ups() == 7);
    assertThat(ids()).doesNotHaveDuplicates();
    assertThat(gaps()).containsExactly("replaced");
  }

  @Test
  void aClockSetBackAfterALossIsReportedAndNothingIsMissed() throws Exception {
    chirpStack.network().join(device);
    uplinks(2);
    start();
    pollUntil(() -> ups() == 2);
    task.stop();
    chirpStack.faults().clearHistory();
    chirpStack.faults().moveRedisClock(Duration.ofHours(-1));
    uplinks(2);
    task = new ChirpStackSourceTask();
    start();
    pollUntil(() -> ups() == 4);
    uplinks(1);
    pollUntil(() -> ups() == 5);
    assertThat(gaps()).containsExactly("replaced");
  }

  @Test
  void pollReturnsWithinASecondAndStopWakesIt() throws Exception {
    chirpStack.stop();
    start();
    long began = System.nanoTime();
    task.poll();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(1_300));
    Future<List<SourceRecord>> poll = connect.submit(task::poll);
    began = System.nanoTime();
    task.stop();
    assertThat(poll.get(5, TimeUnit.SECONDS)).isNull();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(
                        name ->
                            name.startsWith("chirpstack-streams")
                                || name.startsWith("chirpstack-walk")));
  }

  private void start() {
    Map<String, String> properties =
        Map.of(
            "chirpstack.url",
            "grpc://" + chirpStack.url(),
            "chirpstack.token",
            chirpStack.readOnlyKey(),
            "feeds",
            "devices,device-events,device-frames");
    task.initialize(new StoredOffsets(properties, offsets));
    task.start(properties);
  }

  private void uplinks(int count) {
    for (int i = 0; i < count; i++) {
      chirpStack.network().uplink(device, 10, LabCodec.payload(20 + i, 40));
    }
  }

  /** Polls as Connect does, storing offsets, until the condition holds. */
  private void pollUntil(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting; so far: %s", ids()).isLessThan(deadline);
      List<SourceRecord> batch = task.poll();
      if (batch != null) {
        records.addAll(batch);
        StoredOffsets.commit(batch, offsets);
      }
    }
  }

  private long ups() {
    return count(record -> record.topic().equals("chirpstack.device.up"));
  }

  private long count(Predicate<SourceRecord> which) {
    return records.stream().filter(which).count();
  }

  private List<String> ids() {
    return records.stream()
        .filter(record -> record.topic().startsWith("chirpstack.device."))
        .map(
            record ->
                record.topic()
                    + " "
                    + record.key()
                    + " "
                    + record.headers().lastWithName("chirpstack.id").value())
        .toList();
  }

  private List<Object> gaps() {
    return records.stream()
        .filter(
            record ->
                record.topic().equals("chirpstack.device.up")
                    || record.topic().equals("chirpstack.device.join"))
        .filter(record -> record.headers().lastWithName("chirpstack.gap") != null)
        .map(record -> record.headers().lastWithName("chirpstack.gap").value())
        .toList();
  }
}
