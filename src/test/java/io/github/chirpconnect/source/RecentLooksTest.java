package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.testing.FakeChirpStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Between two walks the server is asked who was seen last. */
class RecentLooksTest {
  private static final int DEVICES = 400;
  private static final int NEVER_SEEN = 250;

  private final TaskUnderTest task = new TaskUnderTest("device-events");
  private final FakeChirpStack chirpStack = task.chirpStack;
  private final List<String> devices = new ArrayList<>();
  private int said;

  @BeforeEach
  void populate() {
    task.properties.put("device.streams.max", "40");
    task.properties.put("activity.gateway.streams.max", "0");
    task.properties.put("inventory.interval.ms", "3600000");
    for (int i = 0; i < DEVICES; i++) {
      String devEui = String.format("%016x", i);
      devices.add(devEui);
      chirpStack.log(Logs.up(devEui, "1-0"));
      chirpStack.add(devEui, "device", i < NEVER_SEEN ? null : task.time.instant());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDeviceThatWasSeenIsReadLongBeforeTheNextWalk(boolean neverSeenFirst) {
    chirpStack.neverSeenFirst = neverSeenFirst;
    readAll();
    for (int i = 0; i < 10; i++) {
      String id = uplink(devices.get(399 - 7 * i));
      assertThat(ids(task.runSeconds(6))).containsExactly(id);
    }
    assertThat(chirpStack.walks).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void soIsOneThatWasNeverSeenBefore(boolean neverSeenFirst) {
    chirpStack.neverSeenFirst = neverSeenFirst;
    readAll();
    for (int i = 0; i < 10; i++) {
      String id = uplink(devices.get(20 * i));
      assertThat(ids(task.runSeconds(6))).containsExactly(id);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void moreThanAPageAtOnceIsRead(boolean neverSeenFirst) {
    chirpStack.neverSeenFirst = neverSeenFirst;
    readAll();
    List<String> expected = new ArrayList<>();
    for (String devEui : devices.subList(100, 350)) {
      expected.add(uplink(devEui));
    }
    assertThat(ids(task.runSeconds(15))).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** The server sorts for each call, and the pause afterwards is fifty times as long. */
  @Test
  void manyAtOnceTakeFewCalls() {
    readAll();
    int before = chirpStack.recentLooks;
    List<String> expected = new ArrayList<>();
    for (String devEui : devices) {
      expected.add(uplink(devEui));
    }
    List<String> read = new ArrayList<>(ids(task.runSeconds(3)));
    assertThat(chirpStack.recentLooks - before).isEqualTo(2);
    read.addAll(ids(task.runSeconds(15)));
    assertThat(read).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void whereNobodyWasSeenALookIsOneCall() {
    chirpStack.neverSeenFirst = true;
    readAll();
    int before = chirpStack.recentLooks;
    task.runSeconds(60);
    assertThat(chirpStack.recentLooks - before).as("every three seconds").isBetween(19, 21);
  }

  /** The server sorts the application for each call. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void allTasksTogetherTakeAFiftiethOfTheServersTime(int tasks) {
    task.properties.put("internal.task.count", Integer.toString(tasks));
    task.start();
    task.runSeconds(200);
    int millis = 200;
    chirpStack.whileLooking = () -> task.time.clock.advance(Duration.ofMillis(millis));
    int before = chirpStack.recentLooks;
    long began = task.time.clock.millis();
    task.runSeconds(300);
    long looking = (long) (chirpStack.recentLooks - before) * millis * tasks;
    long passed = task.time.clock.millis() - began;
    assertThat(looking).isBetween(passed / 80, passed / 50 + 2L * millis * tasks);
  }

  @Test
  void whatALookHasSaidIsNoNewsOfTheNextWalk() {
    task.properties.put("inventory.interval.ms", "60000");
    task.start();
    task.runSeconds(242);
    String devEui = devices.get(10);
    String id = uplink(devEui);
    assertThat(ids(task.runSeconds(6))).containsExactly(id);
    int walks = chirpStack.walks;
    long notLogged = task.shows("not-logged-total");
    int before = chirpStack.opened.size();
    task.runSeconds(60);
    assertThat(chirpStack.walks).isGreaterThan(walks);
    assertThat(
            chirpStack.opened.subList(before, chirpStack.opened.size()).stream()
                .filter(stream -> stream.devEui.equals(devEui)))
        .as("by a visit at most")
        .hasSizeLessThanOrEqualTo(1);
    assertThat(task.shows("not-logged-total")).isEqualTo(notLogged);
  }

  @Test
  void aServerWithoutTheOrderIsNotAskedAgain() {
    chirpStack.hasOrderOfSeen = false;
    readAll();
    uplink(devices.get(399));
    task.runSeconds(6);
    assertThat(chirpStack.recentLooks).isZero();
  }

  @Test
  void whereAllDevicesHaveStreamsNobodyLooks() {
    task.properties.put("device.streams.max", "400");
    readAll();
    assertThat(chirpStack.recentLooks).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRANSIENT", "NOT_PERMITTED", "TOKEN_REFUSED"})
  void aLookThatFailsIsMadeAgain(String kind) {
    readAll();
    chirpStack.whileLooking =
        () -> {
          throw new ApiException(FailureKind.valueOf(kind), "not now");
        };
    task.runSeconds(40);
    chirpStack.whileLooking = () -> {};
    String id = uplink(devices.get(399));
    assertThat(ids(task.runSeconds(40))).containsExactly(id);
  }

  private void readAll() {
    task.start();
    assertThat(task.runSeconds(200)).hasSize(DEVICES);
  }

  private String uplink(String devEui) {
    task.time.advance(Duration.ofMillis(1));
    String id = task.time.instant().toEpochMilli() + "-" + ++said;
    chirpStack.log(Logs.up(devEui, id));
    chirpStack.add(devEui, "device", task.time.instant());
    return devEui + id;
  }

  private static List<String> ids(List<SourceRecord> records) {
    return records.stream()
        .map(record -> record.key() + "" + record.headers().lastWithName("chirpstack.id").value())
        .toList();
  }
}
