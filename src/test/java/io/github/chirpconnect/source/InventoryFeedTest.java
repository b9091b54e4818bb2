package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.FailureKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** The feed {@code devices} and its ledger. */
class InventoryFeedTest {
  private static final String A = "0101010101010101";
  private static final String B = "0202020202020202";

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
              assertThat(record.sourcePartition()).isEqualTo(Ledger.partition(Shards.bucketOf(A)));
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

  @Test
  void ofABatchOnlyTheLastRecordOfABucketCarriesTheNewLedger() {
    List<String> bucket =
        IntStream.range(0, 100_000)
            .mapToObj(i -> String.format("%016x", i))
            .filter(devEui -> Shards.bucketOf(devEui) == 7)
            .limit(3)
            .toList();
    bucket.forEach(task.chirpStack::add);
    task.start();
    List<SourceRecord> records = task.runSeconds(1);
    assertThat(records).hasSize(3);
    assertThat(records.get(0).sourceOffset()).isEqualTo(Map.of("ledger", "1:"));
    assertThat(records.get(1).sourceOffset()).isEqualTo(Map.of("ledger", "1:"));
    assertThat((String) records.get(2).sourceOffset().get("ledger")).contains(bucket);
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
  void withADeviceItsStreamPositionGoesToo() {
    task = new TaskUnderTest("devices", "device-events");
    many(10);
    task.chirpStack.log(Logs.up(A, "1-0"));
    task.start();
    task.runSeconds(5);
    assertThat(task.offsets).containsKey(Map.of("dev_eui", A));
    task.chirpStack.devices.remove(A);
    List<SourceRecord> records = task.runSeconds(121);
    assertThat(records).hasSize(2).allSatisfy(InventoryFeedTest::isTombstone);
    assertThat(records.get(0).sourcePartition()).isEqualTo(Map.of("dev_eui", A));
    assertThat(records.get(0).sourceOffset()).isNull();
    assertThat(records.get(1).sourcePartition()).isEqualTo(Ledger.partition(Shards.bucketOf(A)));
    assertThat(task.offsets).doesNotContainKey(Map.of("dev_eui", A));
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
    task.offsets.put(Ledger.partition(7), Map.of("ledger", "1:" + A + "=x"));
    assertThatThrownBy(() -> task.start())
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("ledger");
    assertThat(task.chirpStack.closed).isTrue();
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
