package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.testing.FakeChirpStack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a v3 server bears: few streams, of events and frames apart, each for a short time. */
class GentleSourceTest {
  private final TaskUnderTest task = new TaskUnderTest("device-events");
  private final FakeChirpStack chirpStack = task.chirpStack;
  private final List<String> devices = new ArrayList<>();
  private int spoken;

  GentleSourceTest() {
    chirpStack.generation = Generation.V3;
  }

  @Test
  void activeDevicesAreReadInTurnWithinSeconds() {
    populate(chirpStack, 200);
    task.start();
    task.runSeconds(5);
    for (int i = 0; i < 40; i++) {
      send(i * 5, "2-0");
    }
    List<SourceRecord> records = task.runSeconds(75);
    assertThat(records.stream().filter(record -> id(record).equals("2-0"))).hasSize(40);
    assertThat(chirpStack.mostOpenAtOnce).isEqualTo(4);
  }

  @Test
  void quietDevicesAreVisitedAllTheSameButSlowly() {
    populate(chirpStack, 100);
    task.start();
    List<SourceRecord> records = task.runSeconds(60);
    assertThat(records.size()).isBetween(45, 65);
    records.addAll(task.runSeconds(60));
    assertThat(keys(records)).containsExactlyInAnyOrderElementsOf(devices);
  }

  @Test
  void eventsAndFramesAreCountedApart() {
    TaskUnderTest both = new TaskUnderTest("device-events", "device-frames");
    both.chirpStack.generation = Generation.V3;
    populate(both.chirpStack, 50);
    both.start();
    int mostEvents = 0;
    int mostFrames = 0;
    for (int i = 0; i < 300; i++) {
      both.run(Duration.ofMillis(100));
      mostEvents = Math.max(mostEvents, open(both, LogKind.EVENTS));
      mostFrames = Math.max(mostFrames, open(both, LogKind.FRAMES));
    }
    assertThat(mostEvents).isEqualTo(4);
    assertThat(mostFrames).isEqualTo(2);
  }

  /**
   * After a restart all devices that spoke lately are read, two frame logs at a time. Those of
   * which nothing is missing do not keep the others waiting.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 500, 1_000, 2_000, 3_000})
  void framesFollowTheirEventsSoonAfterARestart(int millisAfterIt) {
    TaskUnderTest both = new TaskUnderTest("device-events", "device-frames");
    both.chirpStack.generation = Generation.V3;
    both.properties.put("inventory.interval.ms", "1000");
    for (int i = 0; i < 10; i++) {
      devices.add(String.format("%016x", i));
      speak(both, devices.get(i));
    }
    both.start();
    assertThat(both.runSeconds(30)).hasSize(20);
    both.restart();
    both.run(Duration.ofMillis(millisAfterIt));

    speak(both, devices.get(4));
    Map<String, Integer> after = new HashMap<>();
    for (int millis = 100; millis <= 5_000; millis += 100) {
      for (SourceRecord record : both.run(Duration.ofMillis(100))) {
        after.put(record.topic(), millis);
      }
    }
    assertThat(after).containsOnlyKeys("chirpstack.device.up", "chirpstack.device.frames");
    assertThat(after.get("chirpstack.device.frames") - after.get("chirpstack.device.up"))
        .isLessThanOrEqualTo(1_000);
    assertThat(both.runSeconds(30)).isEmpty();
  }

  private void speak(TaskUnderTest server, String devEui) {
    Instant now = server.time.instant();
    String digest = String.format("%016x", 7_919L * ++spoken);
    server.chirpStack.log(
        Logs.up(devEui, now.toEpochMilli() + "-0"),
        Logs.frameOfV3(devEui, digest, now.toEpochMilli()));
    server.chirpStack.add(devEui, "device", now);
  }

  @Test
  void aServerWithoutRoomIsAskedForLessAndSlowlyForMoreAgain() {
    populate(chirpStack, 100);
    chirpStack.room = 2;
    task.start();
    task.runSeconds(10);
    chirpStack.mostOpenAtOnce = 0;
    Set<String> read = keys(task.runSeconds(240));
    assertThat(chirpStack.mostOpenAtOnce).isEqualTo(1);
    assertThat(read).as("reading goes on").hasSizeGreaterThan(50);
    chirpStack.room = Integer.MAX_VALUE;
    task.runSeconds(1_800);
    assertThat(chirpStack.mostOpenAtOnce).isEqualTo(4);
  }

  @Test
  void entriesThatCannotBeReadNeitherShrinkAnythingNorKeepOthersWaiting() {
    populate(chirpStack, 40);
    for (int i = 0; i < 8; i++) {
      chirpStack.openFailures.put(
          devices.get(i), new ApiException(FailureKind.TRANSIENT, "an entry cannot be decoded"));
    }
    task.start();
    Set<String> read = keys(task.runSeconds(180));
    assertThat(read).containsExactlyInAnyOrderElementsOf(devices.subList(8, 40));
    assertThat(chirpStack.mostOpenAtOnce).isEqualTo(4);
  }

  @Test
  void aTaskWithoutStreamsOfALogStaysIdleAndItsDevicesAreOthers() {
    Set<String> read = keys(readByTask(0));
    read.addAll(keys(readByTask(1)));
    assertThat(read).containsExactlyInAnyOrderElementsOf(devices);
    assertThat(readByTask(2)).isEmpty();
  }

  private List<SourceRecord> readByTask(int index) {
    TaskUnderTest one = new TaskUnderTest("devices", "device-events", "device-frames");
    one.chirpStack.generation = Generation.V3;
    one.properties.put("internal.task.index", Integer.toString(index));
    one.properties.put("internal.task.count", "3");
    devices.clear();
    populate(one.chirpStack, 30);
    one.start();
    List<SourceRecord> records = one.runSeconds(120);
    if (records.isEmpty()) {
      assertThat(one.chirpStack.walks).isEqualTo(1);
      assertThat(one.chirpStack.opened).isEmpty();
    }
    return records.stream().filter(record -> record.topic().endsWith(".up")).toList();
  }

  private void populate(FakeChirpStack server, int count) {
    for (int i = 0; i < count; i++) {
      String devEui = String.format("%016x", i);
      devices.add(devEui);
      server.add(devEui);
      server.log(Logs.up(devEui, "1-0"));
    }
  }

  private void send(int device, String id) {
    String devEui = devices.get(device);
    chirpStack.log(Logs.up(devEui, id));
    chirpStack.add(devEui, "device", task.time.clock.instant());
  }

  private static int open(TaskUnderTest task, LogKind log) {
    return (int) task.chirpStack.open().stream().filter(stream -> stream.log == log).count();
  }

  private static Set<String> keys(List<SourceRecord> records) {
    return records.stream().map(record -> (String) record.key()).collect(Collectors.toSet());
  }

  private static String id(SourceRecord record) {
    return String.valueOf(record.headers().lastWithName("chirpstack.id").value());
  }
}
