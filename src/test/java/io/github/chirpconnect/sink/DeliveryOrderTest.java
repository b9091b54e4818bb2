package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.B;
import static io.github.chirpconnect.sink.SinkBed.OTHER;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.testing.FakeQueues;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** In what order commands go out, and what is committed meanwhile. */
class DeliveryOrderTest {
  private final SinkBed bed = new SinkBed();

  @Test
  void commandsOfOneDeviceGoOneAfterTheOtherInTopicOrder() {
    bed.start();

    bed.put(bed.command(A, 1), bed.command(A, 2), bed.command(A, 3));
    assertThat(bed.server.portsOf(A)).containsExactly(1);

    bed.server.waiting().get(0).succeed();
    bed.put();
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);

    bed.server.waiting().get(0).succeed();
    bed.put();
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2, 3);
  }

  @Test
  void devicesGoSideBySideUpToTheLimit() {
    bed.with("max.in.flight", 8).with("internal.task.count", 2).start();

    bed.put(IntStream.range(0, 10).mapToObj(i -> bed.command(eui(i), 1)).toList());

    assertThat(bed.server.waiting()).hasSize(4);
    bed.server.waiting().get(2).succeed();
    bed.put();
    assertThat(bed.server.enqueues).hasSize(5);
    assertThat(bed.server.waiting()).hasSize(4);
  }

  @Test
  void aMulticastGroupHasALaneAsADeviceHas() {
    String group = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
    String another = "f47ac10b-58cc-4372-a567-0e02b2c3d47a";
    bed.start();
    bed.put(
        bed.command(group, 1),
        bed.command(group, 2),
        bed.record(
            PARTITION, "{" + group.toUpperCase(Locale.ROOT) + "}", "{\"command\":\"flush\"}"),
        bed.command(another, 3),
        bed.command(A, 4));
    bed.turn();
    assertThat(bed.server.waiting()).extracting(call -> call.port()).containsExactly(1, 4, 3);

    bed.server.waiting().get(0).succeed();
    bed.turn();
    assertThat(bed.server.waiting()).extracting(call -> call.port()).containsExactly(4, 3, 2);
    assertThat(bed.server.flushes).isEmpty();

    bed.server.waiting().get(2).succeed();
    bed.turn();
    assertThat(bed.server.flushes).containsExactly(group);
  }

  @Test
  void answersThatComeWhileRecordsAreReadMakeRoomForTheNextCalls() {
    bed.with("max.in.flight", 1).start();
    bed.server.answerAtOnce();
    List<SinkRecord> commands =
        IntStream.range(0, 3).mapToObj(i -> bed.command(eui(i), 1)).toList();
    List<Integer> sentBeforeEachIsRead = new ArrayList<>();

    bed.task.put(
        new AbstractList<>() {
          @Override
          public SinkRecord get(int i) {
            sentBeforeEachIsRead.add(bed.server.enqueues.size());
            return commands.get(i);
          }

          @Override
          public int size() {
            return commands.size();
          }
        });

    assertThat(sentBeforeEachIsRead).containsExactly(0, 1, 2);
  }

  @Test
  void aTaskHasOneCallWhateverItsShare() {
    bed.with("max.in.flight", 2).with("internal.task.count", 5).start();

    bed.put(bed.command(A, 1), bed.command(B, 1));

    assertThat(bed.server.waiting()).hasSize(1);
  }

  @Test
  void commitsOnlyUpToTheFirstCommandThatIsNotDone() {
    bed.start();
    bed.put(bed.command(A, 1), bed.command(B, 2), bed.command(eui(12), 3));

    bed.server.waiting().get(1).succeed();
    bed.server.waiting().get(1).succeed();
    bed.put();
    assertThat(bed.committed()).isZero();

    bed.server.waiting().get(0).succeed();
    bed.put();
    assertThat(bed.committed()).isEqualTo(3);
  }

  @Test
  void commitsConnectsOwnOffsetWhenNothingIsPending() {
    bed.start();
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1));
    bed.put();

    // Records behind it were dropped by a transform: the task never saw them.
    bed.current.put(PARTITION, new OffsetAndMetadata(40));

    assertThat(bed.committed()).isEqualTo(40);
  }

  @Test
  void countsInKafkasCoordinatesWhateverTransformsRenamed() {
    bed.start();
    bed.server.answerAtOnce();
    SinkRecord record = bed.command(A, 1);
    bed.put(
        record.newRecord(
            "renamed", 7, null, record.key(), null, record.value(), record.timestamp()));
    bed.put();

    assertThat(bed.committed()).isEqualTo(1);
  }

  @Test
  void asksConnectToComeBackWhileAnythingIsUnderWay() {
    bed.start();
    bed.put(bed.command(A, 1));
    assertThat(bed.context.timeout).isBetween(1L, 100L);

    bed.server.waiting().get(0).succeed();
    bed.turns(Duration.ofMillis(300));
    bed.put();
    assertThat(bed.context.timeout).isEqualTo(1_000);
    assertThat(bed.committed()).isEqualTo(1);
  }

  @Test
  void asksForACommitSoonAfterTheWorkIsDone() {
    bed.start();
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1));

    bed.time.advance(Duration.ofMillis(100));
    bed.put();
    bed.put();

    assertThat(bed.context.commitRequested).isTrue();
  }

  @Test
  void pausesAllPartitionsWhenFullAndResumesThemWhenThereIsRoom() {
    bed.start(PARTITION, OTHER);
    List<SinkRecord> many = new ArrayList<>();
    for (int i = 0; i < 1_100; i++) {
      many.add(bed.command(i % 2 == 0 ? PARTITION : OTHER, eui(i), 1));
    }
    bed.put(many);
    assertThat(bed.context.paused).containsExactlyInAnyOrder(PARTITION, OTHER);

    bed.server.answerAtOnce();
    bed.server.waiting().forEach(FakeQueues.Enqueue::succeed);
    for (int i = 0; i < 10 && !bed.context.paused.isEmpty(); i++) {
      bed.turn();
    }
    assertThat(bed.context.paused).isEmpty();
    bed.turns(Duration.ofSeconds(2));
    assertThat(bed.server.enqueues).hasSize(many.size());
    assertThat(bed.committed()).isEqualTo(many.size() / 2);
  }

  @Test
  void takesNoMoreThanItCanSendSoon() {
    bed.start();
    bed.put(IntStream.range(0, 107).mapToObj(i -> bed.command(eui(i), 1)).toList());
    assertThat(bed.context.paused).isEmpty();
    bed.put(bed.command(eui(200), 1));
    assertThat(bed.context.paused).containsExactly(PARTITION);

    bed.whileWaiting =
        () -> bed.server.waiting().stream().findFirst().ifPresent(FakeQueues.Enqueue::succeed);
    bed.turns(Duration.ofSeconds(1));
    assertThat(bed.context.paused).isEmpty();
  }

  /** A bad one never waits, and yet is kept: its offset can't be committed yet. */
  @Test
  void badCommandsBehindOneThatIsNotDoneFillTheTaskToo() {
    bed.start();
    bed.put(bed.command(A, 1));
    int taken = 0;
    while (bed.context.paused.isEmpty() && taken < 100_000) {
      bed.put(IntStream.range(0, 100).mapToObj(i -> bed.record(PARTITION, B, "{}")).toList());
      taken += 100;
    }
    assertThat(taken).isLessThan(1_000);
    assertThat(bed.context.paused).containsExactly(PARTITION);

    bed.server.waiting().get(0).succeed();
    bed.turns(Duration.ofSeconds(1));
    assertThat(bed.context.paused).isEmpty();
    assertThat(bed.committed()).isEqualTo(taken + 1);
  }

  @Test
  void largeCommandsFillTheTaskByTheirSize() {
    bed.start();
    bed.put(bed.command(A, 1));
    String large = "{\"f_port\":1,\"object\":{\"text\":\"" + "x".repeat(1 << 20) + "\"}}";
    int taken = 0;
    while (bed.context.paused.isEmpty() && taken < 100) {
      bed.put(bed.record(PARTITION, A, large));
      taken++;
    }
    assertThat(taken).isEqualTo(16);

    bed.server.answerAtOnce();
    bed.server.waiting().get(0).succeed();
    bed.turns(Duration.ofSeconds(1));
    assertThat(bed.context.paused).isEmpty();
    assertThat(bed.committed()).isEqualTo(17);
  }

  @Test
  void sendsNothingBeyondTheLastOfferedOffsetPlusTheWindow() {
    bed.start();
    bed.server.answerAtOnce();
    bed.put(IntStream.range(0, 1_000).mapToObj(i -> bed.command(eui(i), 1)).toList());
    assertThat(bed.server.enqueues).hasSize(256);

    // No commit, no progress: whoever takes over has that much to doubt and no more.
    bed.put();
    bed.put();
    assertThat(bed.server.enqueues).hasSize(256);
    assertThat(bed.context.commitRequested).isTrue();

    bed.turn();
    bed.put();
    assertThat(bed.server.enqueues).hasSize(512);
  }

  @Test
  void isNotHeldUpByOffsetsThatDoNotExist() {
    bed.start();
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1));
    bed.rewind(PARTITION, 1_000_000); // compaction took the ones between
    bed.put(bed.command(A, 2), bed.command(A, 3));

    bed.turns(Duration.ofMillis(200));

    assertThat(bed.server.portsOf(A)).containsExactly(1, 2, 3);
    assertThat(bed.committed()).isEqualTo(1_000_002);
  }

  @Test
  void sendsTheNextAsSoonAsOneIsAnsweredWhilePutStays() {
    bed.with("max.in.flight", 1).start();
    bed.preCommit(); // so that none is due
    bed.whileWaiting =
        () -> bed.server.waiting().stream().findFirst().ifPresent(FakeQueues.Enqueue::succeed);

    bed.put(IntStream.range(0, 100).mapToObj(i -> bed.command(A, 1 + i)).toList());

    assertThat(bed.server.enqueues).hasSize(100);
  }

  static String eui(int number) {
    return String.format("%016x", number);
  }
}
