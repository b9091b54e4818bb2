package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.testing.FakeChirpStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

/** The stream feeds, and what a task does when the server is not as it should be. */
class SourceTaskTest {
  private static final String A = "0101010101010101";
  private static final String B = "0202020202020202";

  private final TaskUnderTest task = new TaskUnderTest("device-events");
  private final FakeChirpStack chirpStack = task.chirpStack;

  @Test
  void whatTheServerKeepsComesFirstThenWhatHappens() {
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"), Logs.up(A, "2-0"));
    task.start();
    assertThat(ids(task.runSeconds(1))).containsExactly("1-0", "2-0");
    chirpStack.log(Logs.up(A, "3-0"));
    List<SourceRecord> live = task.runSeconds(2);
    assertThat(ids(live)).containsExactly("3-0");
    assertThat(live.get(0).topic()).isEqualTo("chirpstack.device.up");
    assertThat(live.get(0).key()).isEqualTo(A);
    assertThat(live.get(0).sourcePartition()).isEqualTo(Map.of("dev_eui", A));
  }

  @Test
  void aRestartGoesOnWhereTheStoredOffsetsEnd() {
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"), Logs.up(A, "2-0"));
    task.start();
    task.runSeconds(1);
    chirpStack.log(Logs.up(A, "3-0"));
    task.time.advance(Duration.ofSeconds(2));
    task.restart();
    assertThat(ids(task.runSeconds(2)))
        .as("3-0 was queued and not handed over")
        .containsExactly("3-0");
  }

  @Test
  void bothLogsOfADeviceShareOnePartitionAndKeepApart() {
    TaskUnderTest both = new TaskUnderTest("device-events", "device-frames");
    both.chirpStack.add(A);
    both.chirpStack.log(Logs.up(A, "1-0"), Logs.frame(A, "1-0"), Logs.frame(A, "2-0"));
    both.start();
    List<SourceRecord> records = both.runSeconds(1);
    assertThat(records)
        .extracting(SourceRecord::topic)
        .contains("chirpstack.device.up", "chirpstack.device.frames");
    Map<String, ?> last = both.offsets.get(Map.of("dev_eui", A));
    assertThat(last.get("events")).isEqualTo("1:1");
    assertThat(last.get("frames")).isEqualTo("1:1,1");
    both.restart();
    assertThat(both.runSeconds(5)).isEmpty();
  }

  @Test
  void anOffsetNeverSaysMoreThanWhatConnectWasGiven() {
    task.properties.put("poll.max.records", "1");
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"), Logs.up(A, "2-0"), Logs.up(A, "3-0"));
    task.start();
    task.time.advance(Duration.ofSeconds(3));
    assertThat(ids(task.poll())).containsExactly("1-0");
    task.restart();
    assertThat(ids(task.runSeconds(3))).containsExactly("2-0", "3-0");
  }

  @Test
  void entriesTrimmedWhileNobodyLookedAreReportedOnTheFirstRecordAfterThem() {
    chirpStack.historyLimit = 10;
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"));
    task.start();
    task.runSeconds(1);
    task.task().stop();
    for (int i = 2; i <= 20; i++) {
      chirpStack.log(Logs.up(A, i + "-0"));
    }
    task.restart();
    List<SourceRecord> records = task.runSeconds(2);
    assertThat(ids(records)).hasSize(10).startsWith("11-0").endsWith("20-0");
    assertThat(headers(records, "chirpstack.gap")).containsExactly("history-full");
    assertThat(records.get(0).headers().lastWithName("chirpstack.gap")).isNotNull();
  }

  @Test
  void startsWhileTheServerIsDownAndWaits() {
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"));
    chirpStack.goAway();
    task.start();
    assertThat(task.runSeconds(120)).isEmpty();
    assertThat(chirpStack.walks).as("walks are tried with growing distance").isBetween(8, 20);
    assertThat(chirpStack.opened).isEmpty();
    chirpStack.comeBack();
    assertThat(ids(task.runSeconds(40))).containsExactly("1-0");
  }

  @Test
  void aServerThatIsAwayIsSaidOnceAMinuteWithTheReason() {
    chirpStack.add(A);
    chirpStack.goAway();
    List<String> lines;
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      task.start();
      task.runSeconds(600);
      lines = log.lines().stream().filter(line -> line.startsWith("WARN")).toList();
    }
    assertThat(lines)
        .filteredOn(line -> line.contains("Waiting for ChirpStack since"))
        .hasSizeBetween(8, 11)
        .allSatisfy(line -> assertThat(line).endsWith("ChirpStack does not answer"));
    assertThat(lines).as("what else is said").hasSizeLessThan(25);
  }

  @Test
  void whenTheServerGoesOneProbeAsksAndTheStreamsComeBackPaced() {
    for (int i = 0; i < 100; i++) {
      chirpStack.add(String.format("%016x", i));
    }
    task.start();
    task.runSeconds(10);
    assertThat(chirpStack.open()).hasSize(100);
    int before = chirpStack.probes;
    chirpStack.goAway();
    task.runSeconds(300);
    assertThat(chirpStack.probes - before).as("probes in five minutes").isBetween(10, 25);
    assertThat(chirpStack.opened).as("no stream was opened meanwhile").hasSize(100);
    chirpStack.comeBack();
    while (chirpStack.open().isEmpty()) {
      task.run(Duration.ofMillis(100));
    }
    assertThat(chirpStack.open()).as("opened in one go").hasSizeLessThanOrEqualTo(20);
    task.runSeconds(1);
    assertThat(chirpStack.open()).hasSize(100);
  }

  @Test
  void aServerOfV3BearsFewStreamsUnlessItsOperatorMadeRoomForMore() {
    chirpStack.generation = Generation.V3;
    for (int i = 0; i < 20; i++) {
      chirpStack.add(String.format("%016x", i));
    }
    task.start();
    task.runSeconds(10);
    assertThat(chirpStack.open()).isNotEmpty();
    assertThat(chirpStack.mostOpenAtOnce).isLessThanOrEqualTo(4);

    task.properties.put("device.streams.max", "1000");
    task.restart();
    task.runSeconds(20);
    assertThat(chirpStack.mostOpenAtOnce)
        .as("nobody says how much room there is")
        .isLessThanOrEqualTo(8);

    task.properties.put("chirpstack.redis.pool.size", "2000");
    task.restart();
    task.runSeconds(10);
    assertThat(chirpStack.open()).hasSize(20);
  }

  @Test
  void oneStreamThatKeepsEndingIsOpenedEverMoreSeldom() {
    chirpStack.add(A);
    chirpStack.add(B);
    chirpStack.openFailures.put(A, new ApiException(FailureKind.TRANSIENT, "Connection refused"));
    task.start();
    task.runSeconds(300);
    assertThat(chirpStack.opened.stream().filter(stream -> stream.devEui.equals(A)))
        .hasSizeBetween(10, 25);
    assertThat(chirpStack.openDevices()).containsExactly(B);
    chirpStack.openFailures.clear();
    task.runSeconds(31);
    assertThat(chirpStack.openDevices()).containsExactlyInAnyOrder(A, B);
  }

  @Test
  void aDeviceThatTheKeyMayNotReadWaitsForTheNextWalk() {
    chirpStack.add(A);
    chirpStack.add(B);
    chirpStack.openFailures.put(A, new ApiException(FailureKind.NOT_PERMITTED, "not this key's"));
    task.start();
    task.runSeconds(50);
    assertThat(chirpStack.openDevices()).containsExactly(B);
    assertThat(chirpStack.opened).hasSize(2);
    chirpStack.openFailures.clear();
    task.runSeconds(15);
    assertThat(chirpStack.openDevices()).containsExactlyInAnyOrder(A, B);
  }

  @Test
  void aRevokedKeyIsNoticedThoughStreamsGoOnAndFailsTheTaskAfterTheGrace() {
    chirpStack.add(A);
    task.start();
    task.runSeconds(10);
    chirpStack.probeFailure = refused();
    chirpStack.walkFailure = refused();
    task.runSeconds(60);
    assertThat(chirpStack.open()).as("nothing was closed").hasSize(1);
    assertThatThrownBy(() -> task.runSeconds(61))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("chirpstack.token")
        .hasMessageContaining("the key was deleted");
  }

  @Test
  void aKeyThatIsAcceptedAgainWithinTheGraceChangesNothing() {
    chirpStack.add(A);
    task.start();
    task.runSeconds(10);
    chirpStack.probeFailure = refused();
    chirpStack.walkFailure = refused();
    task.runSeconds(90);
    chirpStack.comeBack();
    task.runSeconds(300);
    assertThat(chirpStack.open()).hasSize(1);
  }

  @Test
  void anOutageAfterARefusalIsNotARefusedKey() {
    chirpStack.add(A);
    task.start();
    task.runSeconds(10);
    chirpStack.probeFailure = refused();
    chirpStack.walkFailure = refused();
    task.runSeconds(90);
    chirpStack.goAway();
    task.runSeconds(600);
    chirpStack.probeFailure = refused();
    chirpStack.walkFailure = refused();
    task.runSeconds(30);
    chirpStack.comeBack();
    task.runSeconds(60);
    assertThat(chirpStack.open()).hasSize(1);
  }

  @Test
  void aKeyFileIsWaitedForWithoutEnd() {
    task.properties.remove("chirpstack.token");
    task.properties.put("chirpstack.token.file", "/run/secrets/chirpstack");
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"));
    chirpStack.probeFailure = refused();
    chirpStack.walkFailure = refused();
    task.start();
    assertThat(task.runSeconds(3_600)).isEmpty();
    chirpStack.probeFailure = null;
    chirpStack.walkFailure = null;
    assertThat(ids(task.runSeconds(10))).containsExactly("1-0");
  }

  @Test
  void aRefusedKeyFailsTheTaskWithoutStreamFeedsToo() {
    TaskUnderTest inventory = new TaskUnderTest("devices");
    inventory.chirpStack.walkFailure = refused();
    inventory.start();
    inventory.runSeconds(59);
    assertThatThrownBy(() -> inventory.runSeconds(10)).hasMessageContaining("the key was deleted");
  }

  @Test
  void theWrongServerFailsTheTaskAtOnce() {
    chirpStack.add(A);
    task.start();
    task.runSeconds(1);
    chirpStack
        .streamOf(A)
        .end(new ApiException(FailureKind.WRONG_SERVER, "this is not a ChirpStack v4"));
    assertThatThrownBy(() -> task.runSeconds(1))
        .isInstanceOf(ConnectException.class)
        .hasMessage("this is not a ChirpStack v4");
  }

  @Test
  void anInventoryThatTheKeyMayNotReadFailsTheTask() {
    chirpStack.walkFailure =
        new ApiException(FailureKind.NOT_PERMITTED, "the key may not list tenants");
    task.start();
    assertThatThrownBy(() -> task.runSeconds(1))
        .isInstanceOf(ConnectException.class)
        .hasMessage("the key may not list tenants");
  }

  @Test
  void aConnectorThatIsPausedLetsItsStreamsGoAndTakesThemUpAgain() {
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"));
    task.start();
    task.runSeconds(5);
    task.time.advance(Duration.ofSeconds(11));
    assertThat(chirpStack.open()).isEmpty();
    int walks = chirpStack.walks;
    int probes = chirpStack.probes;
    chirpStack.log(Logs.up(A, "2-0"));
    task.time.advance(Duration.ofHours(1));
    assertThat(chirpStack.walks).as("nor is anything asked").isEqualTo(walks);
    assertThat(chirpStack.probes).isEqualTo(probes);
    assertThat(ids(task.runSeconds(5))).containsExactly("2-0");
    assertThat(chirpStack.open()).hasSize(1);
  }

  @Test
  void aFullQueueSlowsTheServerDownAndAfterAStallTheHistoryIsReadAgain() {
    chirpStack.historyLimit = 20;
    task.properties.put("queue.max.records", "5");
    chirpStack.add(A);
    task.start();
    task.runSeconds(1);
    for (int i = 1; i <= 100; i++) {
      chirpStack.log(Logs.up(A, i + "-0"));
      if (i % 10 == 0) {
        task.time.advance(Duration.ofMillis(900));
      }
    }
    FakeChirpStack.Stream stalledStream = chirpStack.streamOf(A);
    List<SourceRecord> records = task.runSeconds(10);
    assertThat(stalledStream.over).as("given up rather than resumed").isTrue();
    assertThat(new HashSet<>(ids(records))).hasSameSizeAs(ids(records));
    assertThat(ids(records)).startsWith("1-0", "2-0").endsWith("99-0", "100-0");
    assertThat(headers(records, "chirpstack.gap"))
        .as("what was trimmed meanwhile")
        .containsExactly("history-full");
  }

  @Test
  void aShortWaitForRoomIsNoStall() {
    task.properties.put("queue.max.records", "5");
    chirpStack.add(A);
    task.start();
    task.runSeconds(1);
    for (int i = 1; i <= 30; i++) {
      chirpStack.log(Logs.up(A, i + "-0"));
    }
    List<SourceRecord> records = task.runSeconds(10);
    assertThat(ids(records)).hasSize(30).startsWith("1-0").endsWith("30-0");
    assertThat(chirpStack.opened).hasSize(1);
  }

  @Test
  void withMoreDevicesThanStreamsAllAreVisitedAndActiveOnesComeFirst() {
    task.properties.put("device.streams.max", "4");
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String devEui = String.format("%016x", i);
      all.add(devEui);
      chirpStack.add(devEui);
      chirpStack.log(Logs.up(devEui, "1-0"));
    }
    task.start();
    Set<String> visited = new HashSet<>();
    for (SourceRecord record : task.runSeconds(120)) {
      visited.add((String) record.key());
    }
    assertThat(visited).containsExactlyInAnyOrderElementsOf(all);
    assertThat(chirpStack.mostOpenAtOnce).isEqualTo(4);
    String active = all.get(13);
    chirpStack.log(Logs.up(active, "2-0"));
    chirpStack.add(active, "device", task.time.clock.instant());
    assertThat(ids(task.runSeconds(75))).containsExactly("2-0");
  }

  @Test
  void tasksShareTheDevicesAndEachReadsItsOffsetsInBulk() {
    List<String> first = devicesOfTask(0);
    List<String> second = devicesOfTask(1);
    assertThat(first).isNotEmpty().doesNotContainAnyElementsOf(second);
    assertThat(first.size() + second.size()).isEqualTo(50);
  }

  private static List<String> devicesOfTask(int index) {
    TaskUnderTest one = new TaskUnderTest("device-events");
    one.properties.put("internal.task.index", Integer.toString(index));
    one.properties.put("internal.task.count", "2");
    for (int i = 0; i < 50; i++) {
      one.chirpStack.add(String.format("%016x", i));
    }
    one.start();
    one.runSeconds(20);
    assertThat(one.offsetReads()).isEqualTo(1);
    return one.chirpStack.openDevices();
  }

  @Test
  void aDeviceAddedLaterIsFollowedFromTheNextWalkOn() {
    task.start();
    task.runSeconds(5);
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"));
    assertThat(ids(task.runSeconds(61))).containsExactly("1-0");
  }

  @Test
  void aDeviceThatIsGoneLosesItsStream() {
    chirpStack.add(A);
    chirpStack.add(B);
    task.start();
    task.runSeconds(5);
    chirpStack.devices.remove(A);
    task.runSeconds(65);
    assertThat(chirpStack.openDevices()).as("one walk is no proof").contains(A);
    assertThat(task.runSeconds(60)).as("the devices feed is not wanted").isEmpty();
    assertThat(chirpStack.openDevices()).containsExactly(B);
  }

  @Test
  void stoppingLetsTheServerGoAndNothingIsPolledAfterwards() throws InterruptedException {
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"));
    task.start();
    task.time.advance(Duration.ofSeconds(1));
    task.task().stop();
    assertThat(chirpStack.closed).isTrue();
    assertThat(task.task().poll()).isNull();
    task.task().stop();
  }

  @Test
  void offsetsThatAreNotThisConnectorsAreRefusedByName() {
    chirpStack.add(A);
    task.offsets.put(Map.of("dev_eui", A), Map.of("events", "1795520932452-0"));
    task.start();
    assertThatThrownBy(() -> task.runSeconds(1))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(A)
        .hasMessageContaining("events");
  }

  @Test
  void aLogThatWasEmptiedIsSaidOnTheNextEntry() {
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"));
    task.start();
    task.runSeconds(2);
    chirpStack.logOf(LogKind.EVENTS, A).clear();
    task.restart();
    assertThat(task.runSeconds(10)).isEmpty();
    chirpStack.log(Logs.up(A, "5-0"));
    List<SourceRecord> records = task.runSeconds(4);
    assertThat(ids(records)).containsExactly("5-0");
    assertThat(headers(records, "chirpstack.gap")).containsExactly("cleared");
  }

  private static ApiException refused() {
    return new ApiException(FailureKind.TOKEN_REFUSED, "the key was deleted");
  }

  private static List<String> ids(List<SourceRecord> records) {
    return headers(records, "chirpstack.id");
  }

  private static List<String> headers(List<SourceRecord> records, String name) {
    List<String> values = new ArrayList<>();
    for (SourceRecord record : records) {
      Header header = record.headers().lastWithName(name);
      if (header != null) {
        values.add((String) header.value());
      }
    }
    return values;
  }
}
