package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.source.offset.LedgerShape;
import io.github.chirpconnect.source.offset.Shards;
import io.github.chirpconnect.testing.Device;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

/** The feed {@code device-queues}. */
class DeviceQueuesTest {
  private static final String A = "0101010101010101";
  private static final String B = "0202020202020202";

  private TaskUnderTest task = new TaskUnderTest("device-queues");

  @Test
  void aQueueIsWrittenWithItsItemsInOrderWhenItChangesAndATombstoneWhenItIsEmpty() {
    task.chirpStack.add(A);
    task.chirpStack.add(B);
    queue(A, 10);
    task.start();
    assertThat(task.runSeconds(2))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.topic()).isEqualTo("chirpstack.device.queues");
              assertThat(record.key()).isEqualTo(A);
              assertThat(record.sourcePartition())
                  .isEqualTo(LedgerShape.partition(Feed.DEVICE_QUEUES, Shards.bucketOf(A)));
              assertThat(record.headers().lastWithName("chirpstack.feed").value())
                  .isEqualTo("device-queues");
              assertThat(((Struct) record.value()).getString("application_name"))
                  .isEqualTo("meters");
              assertThat(ports(record)).containsExactly(10);
            });
    assertThat(task.shows("device-queues")).isEqualTo(1);
    assertThat(task.runSeconds(600)).as("nothing changed").isEmpty();

    queue(A, 11);
    assertThat(task.runSeconds(61))
        .singleElement()
        .satisfies(record -> assertThat(ports(record)).containsExactly(10, 11));
    task.chirpStack.empty(A);
    assertThat(task.runSeconds(61)).singleElement().satisfies(DeviceQueuesTest::isTombstone);
    assertThat(task.runSeconds(1_200)).as("empty as before").isEmpty();
    queue(A, 12);
    assertThat(task.runSeconds(600))
        .as("again")
        .singleElement()
        .satisfies(record -> assertThat(ports(record)).containsExactly(12));
  }

  @Test
  void anItemThatIsSentAndWaitsForItsAcknowledgementIsAChange() {
    task.chirpStack.add(A);
    queue(A, 10);
    task.start();
    task.runSeconds(2);
    QueuedDownlink item = task.chirpStack.queues.get(A).get(0);
    task.chirpStack.queues.put(
        A, List.of(new QueuedDownlink(item.id(), 10, true, item.data(), true, 7L, null)));
    assertThat(task.runSeconds(61))
        .singleElement()
        .satisfies(
            record -> {
              Struct pending = (Struct) ((Struct) record.value()).getArray("items").get(0);
              assertThat(pending.getBoolean("is_pending")).isTrue();
              assertThat(pending.get("f_cnt_down")).isEqualTo(7L);
              assertThat(pending.getBytes("data")).isEqualTo(item.data());
            });
  }

  @Test
  void aRestartWritesOnlyWhatChangedMeanwhile() {
    task.chirpStack.add(A);
    task.chirpStack.add(B);
    queue(A, 10);
    queue(B, 10);
    task.start();
    assertThat(task.runSeconds(2)).hasSize(2);
    task.restart();
    assertThat(task.runSeconds(600)).isEmpty();

    task.task().stop();
    task.chirpStack.empty(A);
    queue(B, 11);
    task.start();
    assertThat(task.runSeconds(2)).extracting(SourceRecord::key).containsExactlyInAnyOrder(A, B);
    task.restart();
    assertThat(task.runSeconds(600)).as("one tombstone, and it is remembered").isEmpty();
  }

  @Test
  void whatIsEmptyTakesNoRoomInTheOffsets() {
    task.chirpStack.add(A);
    queue(A, 10);
    task.start();
    task.runSeconds(2);
    task.chirpStack.empty(A);
    task.runSeconds(61);
    String other = Buckets.devices(Shards.bucketOf(A), 1).get(0);
    task.chirpStack.add(other);
    queue(other, 10);
    assertThat(task.runSeconds(61)).hasSize(1);
    assertThat(task.offsets.get(LedgerShape.partition(Feed.DEVICE_QUEUES, Shards.bucketOf(A))))
        .asString()
        .contains(other)
        .doesNotContain(A);
  }

  @Test
  void theQueueOfADeviceThatIsDeletedWhileTheConnectorIsDownIsOneTombstone() {
    many(10);
    queue(A, 10);
    task.start();
    assertThat(task.runSeconds(2)).hasSize(1);
    task.task().stop();
    task.chirpStack.devices.remove(A);
    task.start();
    assertThat(task.runSeconds(50)).as("one walk is no proof").isEmpty();
    assertThat(task.runSeconds(61)).singleElement().satisfies(DeviceQueuesTest::isTombstone);
    task.restart();
    assertThat(task.runSeconds(240)).isEmpty();
  }

  @Test
  void theQueueOfADeviceThatIsDeletedIsGoneWithIt() {
    task = new TaskUnderTest("devices", "device-queues");
    many(10);
    queue(A, 10);
    task.start();
    assertThat(task.runSeconds(2)).hasSize(11);
    task.chirpStack.devices.remove(A);
    assertThat(task.runSeconds(121))
        .allSatisfy(record -> assertThat(record.value()).isNull())
        .extracting(SourceRecord::topic)
        .containsExactlyInAnyOrder("chirpstack.devices", "chirpstack.device.queues");
  }

  /** An empty database says of each device that nothing waits for it. */
  @Test
  void anInventoryThatIsEmptyEmptiesNoQueue() {
    many(10);
    queue(A, 10);
    task.start();
    task.runSeconds(2);
    Map<String, Device> all = Map.copyOf(task.chirpStack.devices);
    List<QueuedDownlink> queue = task.chirpStack.queues.get(A);
    task.chirpStack.devices.clear();
    task.runSeconds(1);
    task.chirpStack.empty(A);
    assertThat(task.runSeconds(1_200)).isEmpty();
    task.restart();
    assertThat(task.runSeconds(600)).isEmpty();
    task.chirpStack.devices.putAll(all);
    task.chirpStack.queues.put(A, queue);
    assertThat(task.runSeconds(240)).isEmpty();
  }

  @Test
  void aReadThatIsRefusedOrFailsIsNoEmptyQueue() {
    task.chirpStack.add(A);
    queue(A, 10);
    task.start();
    task.runSeconds(2);
    task.chirpStack.empty(A);
    for (FailureKind kind :
        List.of(FailureKind.NOT_PERMITTED, FailureKind.TRANSIENT, FailureKind.BUSY)) {
      task.chirpStack.queueFailure = new ApiException(kind, "no answer");
      try (CapturedLog log = new CapturedLog(Level.WARN)) {
        assertThat(task.runSeconds(300)).as(kind.name()).isEmpty();
        assertThat(log.lines()).anyMatch(line -> line.contains("no answer"));
      }
    }
    task.chirpStack.queueFailure = null;
    assertThat(task.runSeconds(121)).singleElement().satisfies(DeviceQueuesTest::isTombstone);
  }

  /** A round of calls that fail would be what keeps a server down. */
  @Test
  void aServerThatIsAwayIsAskedLessAndLess() {
    many(1_000);
    task.start();
    task.runSeconds(10);
    assertThat(task.chirpStack.looks).hasSizeBetween(95, 105);
    task.chirpStack.looks.clear();
    task.chirpStack.queueFailure = new ApiException(FailureKind.TRANSIENT, "Socket closed");
    task.runSeconds(300);
    assertThat(task.chirpStack.looks).hasSizeLessThan(30);
    task.chirpStack.queueFailure = null;
    task.runSeconds(30);
    task.chirpStack.looks.clear();
    task.runSeconds(10);
    assertThat(task.chirpStack.looks).as("as before").hasSizeBetween(95, 105);
  }

  @Test
  void aKeyThatStaysRefusedFailsTheTask() {
    task.chirpStack.add(A);
    task.start();
    task.chirpStack.queueFailure = new ApiException(FailureKind.TOKEN_REFUSED, "invalid token");
    task.chirpStack.walkFailure = task.chirpStack.queueFailure;
    assertThatThrownBy(() -> task.runSeconds(120))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("invalid token");
  }

  @Test
  void thePaceIsTheWholeConnectors() {
    task.properties.put("device.queue.calls.per.second", "20");
    task.properties.put("internal.task.count", "4");
    many(1_000);
    task.start();
    task.runSeconds(20);
    assertThat(task.chirpStack.looks).hasSizeBetween(95, 105).doesNotHaveDuplicates();
    assertThat(task.chirpStack.looks).allMatch(new Shards(0, 4)::owns);
  }

  @Test
  void aDeviceThatWasHeardIsReadAfterTheWalkAndOthersInTheSlowRound() {
    many(100);
    task.start();
    task.runSeconds(30);
    queue(A, 10);
    queue(B, 10);
    task.chirpStack.add(A, "device " + A, task.time.instant());
    assertThat(task.runSeconds(61)).extracting(SourceRecord::key).containsExactly(A);
    assertThat(task.runSeconds(600)).extracting(SourceRecord::key).containsExactly(B);
  }

  @Test
  void noWalkWaitsForARound() {
    task.properties.put("device.queue.calls.per.second", "1");
    many(1_000);
    task.start();
    task.runSeconds(600);
    assertThat(task.chirpStack.walks).isGreaterThanOrEqualTo(10);
    assertThat(task.chirpStack.looks).hasSizeBetween(595, 605);
  }

  @Test
  void aPausedConnectorAsksForNothing() {
    many(1_000);
    task.start();
    task.runSeconds(2);
    task.time.advance(Duration.ofSeconds(20));
    task.chirpStack.looks.clear();
    task.time.advance(Duration.ofSeconds(60));
    assertThat(task.chirpStack.looks).isEmpty();
    task.runSeconds(10);
    assertThat(task.chirpStack.looks).isNotEmpty();
  }

  @Test
  void aRoundThatTakesLongerThanItShouldIsSaid() {
    task.properties.put("device.queue.interval.ms", "60000");
    many(1_000);
    task.start();
    try (CapturedLog log = new CapturedLog(Level.INFO)) {
      task.runSeconds(1_000);
      assertThat(log.lines())
          .filteredOn(line -> line.contains("device.queue.calls.per.second"))
          .singleElement()
          .asString()
          .contains("1000 devices");
    }
  }

  @Test
  void anotherTopicGetsAllQueues() {
    task.chirpStack.add(A);
    queue(A, 10);
    task.start();
    task.runSeconds(2);
    task.properties.put("topic.prefix", "lorawan");
    task.restart();
    assertThat(task.runSeconds(2))
        .extracting(SourceRecord::topic)
        .containsExactly("lorawan.device.queues");
    task.restart();
    assertThat(task.runSeconds(600)).isEmpty();
  }

  private void many(int count) {
    task.chirpStack.add(A);
    task.chirpStack.add(B);
    for (int i = 2; i < count; i++) {
      task.chirpStack.add(String.format("70b3d57ed%07x", i));
    }
  }

  private void queue(String devEui, int port) {
    task.chirpStack.queue(
        new Downlink(
            Target.device(devEui), port, false, new byte[] {1, 2}, null, null, null, false));
  }

  private static List<Integer> ports(SourceRecord record) {
    return ((Struct) record.value())
        .getArray("items").stream()
            .map(item -> ((Struct) item).getInt64("f_port").intValue())
            .toList();
  }

  private static void isTombstone(SourceRecord record) {
    assertThat(record.key()).isEqualTo(A);
    assertThat(record.value()).isNull();
    assertThat(record.valueSchema()).isNull();
    assertThat(record.topic()).isEqualTo("chirpstack.device.queues");
  }
}
