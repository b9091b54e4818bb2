package io.github.chirpconnect.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GroupReceiptsTest {
  private static final Target GROUP = Target.group("1ae0be25-8755-4b37-b5b9-c2f042bc37f4");

  private final AtomicLong clock = new AtomicLong();
  private final GroupReceipts receipts = new GroupReceipts(clock::get, this::queueOf);
  private CompletableFuture<List<QueuedDownlink>> queue = holding();
  private int asked;

  @Test
  void aGroupWhoseQueueWasSeenToHoldADownlinkIsNotAskedForHalfAMinute() {
    queue = holding(6, 7);
    assertThat(checked(7)).isEqualTo(new Receipt(null, 7L));
    queue = holding();
    assertThat(checked(8)).isEqualTo(new Receipt(null, 8L));
    assertThat(asked).isEqualTo(1);

    clock.addAndGet(Duration.ofSeconds(30).toNanos());
    queue = holding(9);
    assertThat(checked(9)).isEqualTo(new Receipt(null, 9L));
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void whatIsMissingOnceWhereOthersWereQueuedWasSentAtOnce() {
    queue = holding(7);
    checked(7);
    clock.addAndGet(Duration.ofSeconds(30).toNanos());
    queue = holding();
    assertThat(checked(8)).isEqualTo(new Receipt(null, 8L));
    queue = holding(9);
    assertThat(checked(9)).isEqualTo(new Receipt(null, 9L));

    clock.addAndGet(Duration.ofSeconds(30).toNanos());
    queue = holding();
    assertThat(checked(10)).isEqualTo(new Receipt(null, 10L));
    assertThat(checked(11).remark()).isEqualTo(GroupReceipts.NOT_QUEUED);
    assertThat(checked(12).remark()).isEqualTo(GroupReceipts.NOT_QUEUED);
  }

  @Test
  void whatWasQueuedLongAgoProvesNothing() {
    queue = holding(7);
    checked(7);
    clock.addAndGet(Duration.ofMinutes(10).toNanos());
    queue = holding();
    assertThat(checked(8).remark()).isEqualTo(GroupReceipts.NOT_QUEUED);
  }

  @Test
  void aDownlinkThatIsNotQueuedIsRemarkedUponEachTime() {
    queue = holding(6);

    assertThat(checked(7)).isEqualTo(new Receipt(null, 7L, GroupReceipts.NOT_QUEUED));
    assertThat(checked(8).remark()).isEqualTo(GroupReceipts.NOT_QUEUED);
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void aQueueThatCannotBeReadLeavesTheDownlinkAccepted() {
    queue = CompletableFuture.failedFuture(new ApiException(FailureKind.TRANSIENT, "no answer"));

    assertThat(checked(7)).isEqualTo(new Receipt(null, 7L, GroupReceipts.NOT_SEEN));
  }

  private Receipt checked(int fCnt) {
    return receipts.of(GROUP, fCnt).join();
  }

  private CompletableFuture<List<QueuedDownlink>> queueOf(Target group) {
    assertThat(group).isEqualTo(GROUP);
    asked++;
    return queue;
  }

  private static CompletableFuture<List<QueuedDownlink>> holding(long... fCnts) {
    return CompletableFuture.completedFuture(
        Arrays.stream(fCnts)
            .mapToObj(fCnt -> new QueuedDownlink(null, 1, false, new byte[] {1}, false, fCnt, null))
            .toList());
  }
}
