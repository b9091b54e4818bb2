package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.source.inventory.WalkLog;
import io.github.chirpconnect.source.offset.LedgerShape;
import io.github.chirpconnect.source.offset.Shards;
import io.github.chirpconnect.testing.Device;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.logging.log4j.Level;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** The feed {@code devices} and its ledger. */
class InventoryFeedTest {
  private static final String A = "0101010101010101";
  private static final String B = "0202020202020202";

  private static final String APPLICATION = "17c82e96-be03-4f38-aef3-f83d48582d97";
  private static final String OTHER_APPLICATION = "5d2a0c3e-1111-4f38-aef3-f83d48582d97";

  private TaskUnderTest task = new TaskUnderTest("devices");

  @Test
  void aDeviceIsWrittenWhenItIsNewAndWhenItChanges() {
    task.chirpStack.add(A);
    task.start();
    List<SourceRecord> records = task.runSeconds(1);
    assertThat(records)
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.topic()).isEqualTo("chirpstack.devices");
              assertThat(record.key()).isEqualTo(A);
              assertThat(record.sourcePartition())
                  .isEqualTo(LedgerShape.partition(Feed.DEVICES, Shards.bucketOf(A)));
            });
    assertThat(task.runSeconds(180)).isEmpty();
    task.chirpStack.add(A, "another name", null);
    assertThat(task.runSeconds(61)).hasSize(1);
  }

  @Test
  void havingBeenSeenIsNoChange() {
    task.chirpStack.add(A);
    task.start();
    task.runSeconds(1);
    task.chirpStack.add(A, "device " + A, task.time.clock.instant());
    assertThat(task.runSeconds(61)).isEmpty();
  }

  @Test
  void aRestartWritesOnlyWhatChangedMeanwhile() {
    task.chirpStack.add(A);
    task.chirpStack.add(B);
    task.start();
    task.runSeconds(1);
    task.task().stop();
    task.chirpStack.add(B, "another name", null);
    task.start();
    assertThat(task.runSeconds(5)).extracting(SourceRecord::key).containsExactly(B);
  }

  @Test
  void whatWasQueuedWhenTheTaskStoppedIsWrittenByTheNext() {
    task.chirpStack.add(A);
    task.start();
    task.time.advance(Duration.ofSeconds(1));
    task.restart();
    assertThat(task.runSeconds(1)).extracting(SourceRecord::key).containsExactly(A);
  }

  /** Connect stores no offset of a record that a transform drops or that fails and is tolerated. */
  @Test
  void whatWasDeliveredDoesNotComeAgainWhenTheLastOfItsBucketIsDropped() {
    List<String> bucket = Buckets.devices(7, 3);
    bucket.forEach(task.chirpStack::add);
    task.dropped = record -> record.key().equals(bucket.get(2));
    task.start();
    assertThat(task.runSeconds(1)).hasSize(3);
    task.restart();
    assertThat(task.runSeconds(5))
        .as("what was not delivered comes again")
        .extracting(SourceRecord::key)
        .containsExactly(bucket.get(2));
    task.chirpStack.add(bucket.get(0), "another name", null);
    assertThat(task.runSeconds(61)).extracting(SourceRecord::key).containsExactly(bucket.get(0));
    task.restart();
    assertThat(task.runSeconds(5)).as("the next of the bucket says all").isEmpty();
  }

  @Test
  void aTombstoneThatIsDroppedTakesNothingElseWithIt() {
    List<String> bucket = Buckets.devices(7, 6);
    bucket.forEach(task.chirpStack::add);
    task.dropped = record -> record.value() == null;
    task.start();
    task.runSeconds(1);
    task.chirpStack.devices.remove(bucket.get(0));
    task.runSeconds(60);
    task.chirpStack.add(bucket.get(1), "another name", null);
    assertThat(task.runSeconds(60))
        .as("in one batch")
        .extracting(SourceRecord::key)
        .containsExactly(bucket.get(1), bucket.get(0));
    task.restart();
    assertThat(task.runSeconds(1)).isEmpty();
  }

  @Test
  void anotherTopicGetsTheWholeInventoryOnce() {
    many(10);
    task.start();
    task.runSeconds(1);
    task.properties.put("topic.prefix", "lorawan");
    try (CapturedLog log = new CapturedLog(Level.INFO)) {
      task.restart();
      assertThat(log.lines())
          .filteredOn(line -> line.contains("chirpstack.devices"))
          .singleElement(InstanceOfAssertFactories.STRING)
          .contains(
              "The devices were written to chirpstack.devices so far; all of them are written to lorawan.devices now");
    }
    assertThat(task.runSeconds(1))
        .hasSize(10)
        .allSatisfy(record -> assertThat(record.topic()).isEqualTo("lorawan.devices"));
    task.restart();
    assertThat(task.runSeconds(1)).isEmpty();
    task.chirpStack.devices.remove(A);
    assertThat(task.runSeconds(121)).hasSize(1);
  }

  @Test
  void offsetsThatNameNoTopicAreOfTheTopicThatIsConfigured() {
    task.chirpStack.add(A);
    task.start();
    task.runSeconds(1);
    Map<String, ?> bucket = LedgerShape.partition(Feed.DEVICES, Shards.bucketOf(A));
    Map<String, Object> offset = new HashMap<>(task.offsets.get(bucket));
    offset.remove("topic");
    task.offsets.put(bucket, offset);
    task.restart();
    assertThat(task.runSeconds(1)).isEmpty();
  }

  @Test
  void aDeviceIsGoneWhenTwoWalksAgreeAndARestartDoesNotForgetOrRepeatIt() {
    many(10);
    task.start();
    task.runSeconds(1);
    task.chirpStack.devices.remove(A);
    assertThat(task.runSeconds(61)).as("one walk is no proof").isEmpty();
    task.restart();
    assertThat(task.runSeconds(1)).as("the first walk after a restart neither").isEmpty();
    List<SourceRecord> records = task.runSeconds(61);
    assertThat(records).singleElement().satisfies(InventoryFeedTest::isTombstone);
    task.restart();
    assertThat(task.runSeconds(180)).isEmpty();
  }

  @Test
  void aDeviceThatComesBackIsWrittenAgain() {
    many(10);
    task.start();
    task.runSeconds(1);
    task.chirpStack.devices.remove(A);
    task.runSeconds(121);
    task.chirpStack.add(A);
    assertThat(task.runSeconds(61)).extracting(SourceRecord::key).containsExactly(A);
  }

  @Test
  void aDeviceThatComesBackGoesOnWhereItWas() {
    task = new TaskUnderTest("devices", "device-events");
    many(10);
    task.chirpStack.log(Logs.up(A, "1-0"));
    task.start();
    task.runSeconds(5);
    Device device = task.chirpStack.devices.remove(A);
    assertThat(task.runSeconds(121)).singleElement().satisfies(InventoryFeedTest::isTombstone);
    task.chirpStack.log(Logs.up(A, "2-0"));
    task.chirpStack.devices.put(A, device);
    assertThat(task.runSeconds(70))
        .extracting(SourceRecord::topic)
        .containsExactly("chirpstack.devices", "chirpstack.device.up");

    task.chirpStack.devices.remove(A);
    task.runSeconds(121);
    task.restart();
    task.runSeconds(61);
    task.chirpStack.devices.put(A, device);
    assertThat(task.runSeconds(70))
        .as("after a restart too")
        .extracting(SourceRecord::topic)
        .containsExactly("chirpstack.devices");
  }

  @Test
  void withoutTheInventoryADeviceThatComesBackGoesOnWhereItWasToo() {
    task = new TaskUnderTest("device-events");
    many(10);
    task.chirpStack.log(Logs.up(A, "1-0"));
    task.start();
    assertThat(task.runSeconds(5)).hasSize(1);
    Device device = task.chirpStack.devices.remove(A);
    task.runSeconds(181);
    assertThat(task.chirpStack.openDevices()).doesNotContain(A);
    task.chirpStack.log(Logs.up(A, "2-0"));
    task.chirpStack.devices.put(A, device);
    assertThat(task.runSeconds(70)).hasSize(1);
  }

  /** It was read, has been taken for deleted, and is forgotten after ten minutes. */
  private Device deviceThatIsDeleted() {
    task = new TaskUnderTest("devices", "device-events");
    task.properties.put("inventory.forget.after.ms", "600000");
    many(10);
    task.chirpStack.log(Logs.up(A, "1-0"));
    task.start();
    task.runSeconds(5);
    Device device = task.chirpStack.devices.remove(A);
    task.runSeconds(121);
    return device;
  }

  @Test
  void aDeviceThatStaysAwayIsForgottenWithItsPosition() {
    deviceThatIsDeleted();
    assertThat(task.runSeconds(480)).isEmpty();
    assertThat(task.offsets).containsKey(Map.of("dev_eui", A));
    task.restart();
    List<SourceRecord> records = task.runSeconds(240);
    assertThat(records).singleElement().satisfies(InventoryFeedTest::isTombstone);
    assertThat(records.get(0).sourcePartition()).isEqualTo(Map.of("dev_eui", A));
    assertThat(records.get(0).sourceOffset()).isNull();
    assertThat(task.offsets).doesNotContainKey(Map.of("dev_eui", A));
    task.restart();
    assertThat(task.runSeconds(180)).as("no position, no tombstone").isEmpty();
  }

  @Test
  void aDeviceThatHasComeBackIsNotForgotten() {
    Device device = deviceThatIsDeleted();
    task.chirpStack.devices.put(A, device);
    assertThat(task.runSeconds(70)).hasSize(1);
    assertThat(task.runSeconds(900)).isEmpty();
    assertThat(task.offsets).containsKey(Map.of("dev_eui", A));
    task.restart();
    assertThat(task.runSeconds(900)).as("after a restart neither").isEmpty();
  }

  @Test
  void anApplicationThatIsNotThereAnyMoreStopsNothingElse() {
    task.properties.put("chirpstack.application.ids", APPLICATION + "," + OTHER_APPLICATION);
    many(10);
    task.start();
    task.runSeconds(1);
    task.chirpStack.devices.remove(A);
    task.chirpStack.absent.add(
        new Absent(Subject.application(OTHER_APPLICATION), "application: no such object"));
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      assertThat(task.runSeconds(121)).singleElement().satisfies(InventoryFeedTest::isTombstone);
      assertThat(said(log))
          .singleElement()
          .asString()
          .contains("application: no such object.")
          .contains("take " + OTHER_APPLICATION + " out of chirpstack.application.ids");
      task.runSeconds(3_600);
      assertThat(said(log)).as("a reminder an hour").hasSize(2);
    }
    task.chirpStack.add(B);
    assertThat(task.runSeconds(61)).extracting(SourceRecord::key).containsExactly(B);
    task.restart();
    assertThat(task.runSeconds(61)).isEmpty();
  }

  @Test
  void aConfigurationOfWhichNothingIsThereIsRefusedAtTheStart() {
    task.properties.put("chirpstack.application.ids", APPLICATION);
    task.chirpStack.absent.add(
        new Absent(Subject.application(APPLICATION), "application: no such object"));
    task.start();
    assertThatThrownBy(() -> task.runSeconds(1))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("application: no such object");
  }

  @Test
  void theOnlyApplicationThatIsDeletedLaterIsHeldToTheShareThatIsPermitted() {
    task.properties.put("chirpstack.application.ids", APPLICATION);
    task.properties.put("inventory.delete.max.share", "1");
    many(2);
    task.start();
    task.runSeconds(1);
    task.chirpStack.devices.clear();
    task.chirpStack.absent.add(
        new Absent(Subject.application(APPLICATION), "application: no such object"));
    assertThat(task.runSeconds(121)).hasSize(2);
  }

  /** Four tasks; of 23 devices 3 are deleted, most of what this task has. */
  @Test
  void theShareOfDeletionsIsOneOfAllTasksDevicesAfterARestartToo() {
    task.properties.put("internal.task.count", "4");
    List<String> mine = devicesOf(0, 4);
    mine.forEach(task.chirpStack::add);
    List<String> others = devicesOf(1, 19);
    others.forEach(task.chirpStack::add);
    task.start();
    task.runSeconds(1);
    mine.subList(0, 3).forEach(task.chirpStack.devices::remove);
    assertThat(task.runSeconds(121)).hasSize(3);

    task.restart();
    task.runSeconds(1);
    task.chirpStack.devices.remove(mine.get(3));
    others.subList(0, 10).forEach(task.chirpStack.devices::remove);
    assertThat(task.runSeconds(121)).as("11 of 20").isEmpty();
    assertThat(task.shows("inventory-withheld")).isEqualTo(1);
  }

  /** Another task's devices are in the offsets that it has written. */
  @Test
  void whatOtherTasksHaveWrittenIsKnownAtTheStart() {
    task.properties.put("internal.task.count", "4");
    List<String> others = devicesOf(1, 19);
    others.forEach(task.chirpStack::add);
    task.properties.put("internal.task.index", "1");
    task.start();
    assertThat(task.runSeconds(61)).hasSize(19);
    task.task().stop();
    String mine = devicesOf(0, 1).get(0);
    task.chirpStack.add(mine);
    task.properties.put("internal.task.index", "0");
    task.start();
    assertThat(task.runSeconds(1)).hasSize(1);
    task.task().stop();

    task.chirpStack.devices.clear();
    task.chirpStack.add(others.get(0));
    task.start();
    assertThat(task.runSeconds(121)).as("19 of 20 are missing").isEmpty();
    assertThat(task.shows("inventory-withheld")).isEqualTo(1);
  }

  private static List<String> devicesOf(int taskIndex, int count) {
    Shards shards = new Shards(taskIndex, 4);
    return IntStream.range(0, Integer.MAX_VALUE)
        .mapToObj(i -> String.format("%016x", i))
        .filter(shards::owns)
        .limit(count)
        .toList();
  }

  @Test
  void deletionsThatAreWithheldAreSaidOnceAnHourAndShown() {
    many(10);
    task.start();
    task.runSeconds(1);
    assertThat(task.shows("inventory-withheld")).isZero();
    task.chirpStack.devices.keySet().removeIf(devEui -> !devEui.equals(A));
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      task.runSeconds(3_000);
      assertThat(said(log)).hasSize(1);
      assertThat(task.shows("inventory-withheld")).isEqualTo(9);
      task.runSeconds(1_000);
      assertThat(said(log)).hasSize(2);
    }
  }

  /** As the server does of a device that is missing and not taken for deleted. */
  @Test
  void aLogThatIsRefusedAgainAndAgainIsNamedOnceAnHour() {
    task = new TaskUnderTest("devices", "device-events");
    many(10);
    task.chirpStack.openFailures.put(
        A, new ApiException(FailureKind.NOT_PERMITTED, "no such object"));
    task.start();
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      task.runSeconds(3_000);
      assertThat(log.lines()).filteredOn(line -> line.contains("was refused")).hasSize(1);
      task.runSeconds(1_000);
      assertThat(log.lines()).filteredOn(line -> line.contains("was refused")).hasSize(2);
    }
  }

  @Test
  void anIncompleteWalkDeletesNothing() {
    many(10);
    task.start();
    task.runSeconds(1);
    task.chirpStack.walkFailure = new ApiException(FailureKind.TRANSIENT, "Socket closed");
    task.chirpStack.walkFailsAfter = 3;
    assertThat(task.runSeconds(600)).isEmpty();
  }

  @Test
  void anEmptyInventoryDeletesNothingUntilItIsFullAgain() {
    many(10);
    Map<String, Device> all = Map.copyOf(task.chirpStack.devices);
    task.start();
    task.runSeconds(1);
    task.chirpStack.devices.clear();
    assertThat(task.runSeconds(600)).isEmpty();
    task.chirpStack.devices.putAll(all);
    assertThat(task.runSeconds(300)).isEmpty();
  }

  @Test
  void allMayGoWhenTheUserSaysSo() {
    task.properties.put("inventory.delete.max.share", "1");
    many(10);
    task.start();
    task.runSeconds(1);
    task.chirpStack.devices.clear();
    assertThat(task.runSeconds(121))
        .hasSize(10)
        .allSatisfy(record -> assertThat(record.value()).isNull());
  }

  @Test
  void aLedgerThatIsNotThisConnectorsIsRefused() {
    task.offsets.put(LedgerShape.partition(Feed.DEVICES, 7), Map.of("ledger", "1:" + A + "=x"));
    assertThatThrownBy(() -> task.start())
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("ledger");
    assertThat(task.chirpStack.closed).isTrue();
  }

  private static List<String> said(CapturedLog log) {
    return log.lines().stream()
        .filter(line -> line.startsWith("WARN " + WalkLog.class.getPackageName()))
        .toList();
  }

  private void many(int count) {
    task.chirpStack.add(A);
    for (int i = 1; i < count; i++) {
      task.chirpStack.add(String.format("70b3d57ed%07x", i));
    }
  }

  private static void isTombstone(SourceRecord record) {
    assertThat(record.key()).isEqualTo(A);
    assertThat(record.value()).isNull();
    assertThat(record.valueSchema()).isNull();
    assertThat(record.topic()).isEqualTo("chirpstack.devices");
  }
}
