package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.testing.FakeChirpStack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.logging.log4j.Level;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What it means when nothing comes: of a log, of a server, of a link. */
class SilenceTest {
  private final TaskUnderTest task = new TaskUnderTest("device-events");
  private final FakeChirpStack chirpStack = task.chirpStack;
  private final List<String> devices = new ArrayList<>();
  private final Set<String> said = new TreeSet<>();

  /** A server that stands still says nothing of any log, however full it is. */
  @ParameterizedTest
  @EnumSource(Generation.class)
  void aServerThatStandsStillMakesNoDevicePassedOver(Generation generation) {
    populate(generation, 200);
    task.start();
    List<SourceRecord> records = task.runSeconds(400);
    Random random = new Random(39);
    for (int minute = 0; minute < 4; minute++) {
      for (int i = 0; i < 20; i++) {
        uplink(devices.get(random.nextInt(devices.size())));
        records.addAll(task.run(Duration.ofMillis(300 + random.nextInt(700))));
      }
      records.addAll(task.run(Duration.ofMillis(random.nextInt(60_000))));
      chirpStack.freeze();
      records.addAll(task.runSeconds(8));
      chirpStack.thaw();
    }
    records.addAll(task.runSeconds(150));
    assertThat(ids(records)).containsAll(said);
    assertThat(gaps(records)).isEmpty();
    assertThat(task.shows("not-logged-total")).isZero();
  }

  /** Silence of all logs at once says nothing of any of them. */
  @ParameterizedTest
  @EnumSource(Generation.class)
  void whileTheServerStandsStillNoLogCountsAsRead(Generation generation) {
    populate(generation, 50);
    task.start();
    task.runSeconds(200);
    chirpStack.freeze();
    task.runSeconds(10);
    int opened = chirpStack.opened.size();
    task.runSeconds(60);
    assertThat(chirpStack.opened).hasSize(opened);
    chirpStack.thaw();
    task.runSeconds(30);
    assertThat(chirpStack.opened).hasSizeGreaterThan(opened);
  }

  /** All that one reading shows is older: the server stood still before it sent the rest. */
  @Test
  void aDeviceThatWasSeenIsLookedAtAgainUntilItsLogShowsIt() {
    populate(Generation.V4, 50);
    task.start();
    task.runSeconds(200);
    String late = devices.get(7);
    Instant seen = now();
    chirpStack.add(late, "device", seen);
    List<SourceRecord> records = task.runSeconds(75);
    assertThat(records).isEmpty();
    chirpStack.log(Logs.up(late, seen.toEpochMilli() + "-0"));
    records = task.runSeconds(15);
    assertThat(ids(records)).containsExactly(late + seen.toEpochMilli() + "-0");
  }

  /**
   * v3 gives a place on as soon as a log was read, and it may write an event some seconds after it
   * has seen the device. The slow visits alone would come too late.
   */
  @Test
  void aDeviceThatHasLostItsPlaceIsLookedAtAgainSoon() {
    populate(Generation.V3, 400);
    task.start();
    task.runSeconds(500);
    String late = devices.get(7);
    Instant seen = now();
    chirpStack.add(late, "device", seen);
    chirpStack.opened.clear();
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 8; lookedAt(late) == 0 || chirpStack.openDevices().contains(late); i++) {
      uplink(devices.get(i % 400)); // others want the place
      records.addAll(task.run(Duration.ofMillis(500)));
      assertThat(now()).isBefore(seen.plusSeconds(90));
    }
    assertThat(task.shows("not-logged-total")).as("after one look").isZero();

    String entry = seen.toEpochMilli() + "-0";
    chirpStack.log(Logs.up(late, entry));
    said.add(late + entry);
    records.addAll(task.runSeconds(20));
    assertThat(ids(records)).contains(late + entry);
    records.addAll(task.runSeconds(100));
    assertThat(ids(records)).containsExactlyInAnyOrderElementsOf(said);
    assertThat(gaps(records)).isEmpty();
    assertThat(task.shows("not-logged-total")).isZero();
  }

  private long lookedAt(String devEui) {
    return chirpStack.opened.stream().filter(stream -> stream.devEui.equals(devEui)).count();
  }

  @ParameterizedTest
  @EnumSource(Generation.class)
  void whatWasNotLoggedIsTold(Generation generation) {
    populate(generation, 50);
    task.start();
    task.runSeconds(200);
    String lost = devices.get(7);
    chirpStack.add(lost, "device", now());
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      assertThat(task.runSeconds(100)).isEmpty();
      assertThat(log.lines())
          .filteredOn(line -> line.contains("has seen device " + lost))
          .singleElement(InstanceOfAssertFactories.STRING)
          .contains("redis.pool_size");
    }
    assertThat(task.shows("not-logged-total")).isEqualTo(1);
    assertThat(task.runSeconds(300)).isEmpty();
    assertThat(task.shows("not-logged-total")).as("told once").isEqualTo(1);

    uplink(lost);
    uplink(devices.get(8));
    List<SourceRecord> records = task.runSeconds(80);
    assertThat(ids(records)).containsExactlyInAnyOrderElementsOf(said);
    assertThat(gaps(records)).containsExactly(lost + " not-logged");
    uplink(lost);
    records = task.runSeconds(80);
    assertThat(records).hasSize(1);
    assertThat(gaps(records)).as("of the next record alone").isEmpty();
    assertThat(task.shows("not-logged-total")).isEqualTo(1);
  }

  /** Where all devices have their streams, these are open all the time. */
  @Test
  void whatWasNotLoggedIsToldOfAnOpenStreamToo() {
    populate(Generation.V4, 3);
    task.start();
    task.runSeconds(100);
    chirpStack.add(devices.get(1), "device", now());
    task.runSeconds(200);
    assertThat(task.shows("not-logged-total")).isEqualTo(1);
    uplink(devices.get(1));
    assertThat(gaps(task.runSeconds(5))).containsExactly(devices.get(1) + " not-logged");
  }

  /** The server's Redis may have another clock than the server. */
  @Test
  void aClockThatIsAFewSecondsOffRaisesNoAlarm() {
    populate(Generation.V4, 20);
    task.start();
    task.runSeconds(60);
    for (int i = 0; i < 40; i++) {
      String devEui = devices.get(i % devices.size());
      long millis = now().toEpochMilli() - 2_000;
      chirpStack.log(Logs.up(devEui, millis + "-0"));
      chirpStack.add(devEui, "device", now());
      task.runSeconds(20);
    }
    assertThat(task.shows("not-logged-total")).isZero();
  }

  /** A stream that waits for its turn on a connection says nothing of its log. */
  @Test
  void aStreamThatWasNotSentIsNotOpen() {
    populate(Generation.V4, 4);
    chirpStack.cap = 3;
    task.start();
    List<SourceRecord> records = task.runSeconds(20);
    assertThat(task.shows("streams-open")).isEqualTo(3);
    assertThat(records).hasSize(3);
    chirpStack.cap = Integer.MAX_VALUE;
    chirpStack.sendWaiting();
    records.addAll(task.runSeconds(3));
    assertThat(task.shows("streams-open")).isEqualTo(4);
    assertThat(records).hasSize(4);
  }

  /** {@code chirpstack.api.version = auto}, and the configuration was made for a v4. */
  @Test
  void streamsThatAV3DoesNotBearAreNotOpenedAndThatIsSaid() {
    populate(Generation.V3, 100);
    task.properties.put("device.streams.max", "500");
    List<String> lines;
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      task.start();
      task.runSeconds(30);
      lines = log.lines();
    }
    assertThat(chirpStack.mostOpenAtOnce).isBetween(1, 8);
    assertThat(lines)
        .filteredOn(line -> line.contains("device.streams.max: 8"))
        .hasSize(1)
        .allSatisfy(line -> assertThat(line).contains("chirpstack.redis.pool.size"));
  }

  @Test
  void streamsThatEndInTheSameInstantAreNoSignOfAUsedUpPool() {
    populate(Generation.V3, 3);
    task.start();
    task.runSeconds(1);
    ApiException refused = new ApiException(FailureKind.BUSY, "its pool is used up");
    chirpStack.logOf(LogKind.EVENTS, devices.get(0)).clear();
    chirpStack.streamOf(devices.get(0)).end(new ApiException(FailureKind.TRANSIENT, "cut"));
    task.runSeconds(4);
    assertThat(chirpStack.open()).hasSize(3);
    chirpStack.open().forEach(stream -> stream.end(refused));
    task.runSeconds(3);
    assertThat(task.shows("stream-refusals-total")).isZero();
    assertThat(chirpStack.open()).hasSize(3);
  }

  @Test
  void whatAProxyEndsForBeingIdleIsSaidOnce() {
    populate(Generation.V4, 3);
    List<String> lines;
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      task.start();
      for (int minute = 0; minute < 30; minute++) {
        task.runSeconds(60);
        chirpStack
            .open()
            .forEach(
                stream -> stream.end(new ApiException(FailureKind.TRANSIENT, "504 from nginx")));
      }
      lines = log.lines().stream().filter(line -> line.startsWith("WARN")).toList();
    }
    assertThat(lines).filteredOn(line -> line.contains("after 60 s each time")).hasSize(1);
    assertThat(lines).hasSizeLessThan(6);
    assertThat(task.shows("stream-ends-total")).isEqualTo(90);
  }

  @Test
  void theAgeOfAnEntryIsToldByTheTimeOfDay() {
    populate(Generation.V4, 1);
    task.start();
    task.runSeconds(5);
    // A suspended machine: intervals were not counted, the day went on.
    task.time.wallClock.advance(Duration.ofHours(1));
    uplink(devices.get(0));
    task.runSeconds(3);
    assertThat(task.shows("entry-lag-ms")).isBetween(0L, 2_000L);
  }

  /** Of the two clocks either may be ahead: a machine was suspended, or its clock was set. */
  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  void whoWasSeenLatelyIsToldByTheTimeOfDay(int ahead) {
    task.time.wallClock.advance(Duration.ofHours(ahead));
    task.properties.put("device.streams.max", "8");
    populate(Generation.V3, 200);
    String lately = devices.get(199);
    uplink(lately);
    task.start();
    assertThat(ids(task.runSeconds(20))).containsAll(said);
  }

  private void populate(Generation generation, int count) {
    chirpStack.generation = generation;
    task.properties.put("device.streams.max", "4");
    for (int i = 0; i < count; i++) {
      String devEui = String.format("%016x", i);
      devices.add(devEui);
      chirpStack.add(devEui);
      chirpStack.log(Logs.up(devEui, "1-0"));
    }
  }

  private void uplink(String devEui) {
    String id = now().toEpochMilli() + "-0";
    chirpStack.log(Logs.up(devEui, id));
    chirpStack.add(devEui, "device", now());
    said.add(devEui + id);
  }

  private Instant now() {
    return task.time.wallClock.instant();
  }

  private static List<String> ids(List<SourceRecord> records) {
    return records.stream()
        .map(record -> record.key() + "" + record.headers().lastWithName("chirpstack.id").value())
        .toList();
  }

  private static List<String> gaps(List<SourceRecord> records) {
    return records.stream()
        .filter(record -> record.headers().lastWithName("chirpstack.gap") != null)
        .map(record -> record.key() + " " + record.headers().lastWithName("chirpstack.gap").value())
        .collect(Collectors.toList());
  }
}
