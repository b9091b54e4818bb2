package io.github.chirpconnect.source.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class RecordQueueTest {
  private final AtomicInteger signals = new AtomicInteger();
  private final RecordQueue queue = new RecordQueue(3, 10_000);

  @Test
  void keepsOrderAndTheLimitOfABatch() throws InterruptedException {
    queue.put(gone("1"));
    queue.put(gone("2"));
    queue.put(gone("3"));
    assertThat(queue.take(2, 0, 0)).containsExactly(gone("1"), gone("2"));
    assertThat(queue.take(2, 0, 0)).containsExactly(gone("3"));
    assertThat(queue.take(2, 0, 0)).isEmpty();
  }

  @Test
  void turnsAwayWhatExceedsTheNumberAndSignalsRoomOnce() throws InterruptedException {
    queue.whenRoom(signals::incrementAndGet);
    for (int i = 0; i < 3; i++) {
      assertThat(queue.offer(gone("x"))).isTrue();
    }
    assertThat(queue.offer(gone("x"))).isFalse();
    queue.take(1, 0, 0);
    queue.take(1, 0, 0);
    assertThat(signals).hasValue(1);
    assertThat(queue.hasRoom()).isTrue();
  }

  @Test
  void countsBytesAndStillTakesOneLargeItem() {
    assertThat(queue.offer(large())).isTrue();
    assertThat(queue.offer(gone("x"))).isFalse();
  }

  @Test
  void whatIsHeldOnTheWayKeepsFromAskingForMoreButKeepsNothingOut() throws InterruptedException {
    queue.whenRoom(signals::incrementAndGet);
    queue.hold(20_000);
    assertThat(queue.bytes()).isEqualTo(20_000);
    assertThat(queue.hasRoom()).as("or nothing would ever come").isTrue();
    assertThat(queue.offer(gone("1"))).isTrue();
    assertThat(queue.hasRoom()).isFalse();
    assertThat(queue.offer(gone("2"))).isTrue();
    queue.take(1, 0, 0);
    assertThat(signals).hasValue(0);
    queue.hold(-20_000);
    queue.take(1, 0, 0);
    assertThat(signals).hasValue(1);
    assertThat(queue.bytes()).isZero();
  }

  private static Handed large() {
    return new Item("large", 20_200);
  }

  @Test
  void aFailureReachesWhoeverTakes() {
    queue.offer(gone("x"));
    queue.fail(new ConnectException("first"));
    queue.fail(new ConnectException("second"));
    assertThatThrownBy(() -> queue.take(1, 60_000, 0))
        .isInstanceOf(ConnectException.class)
        .hasMessage("first");
  }

  @Test
  void closingWakesWhoeverWaitsAndDropsTheRest() throws Exception {
    CompletableFuture<List<Handed>> taken = taking(1);
    queue.close();
    assertThat(taken.get()).isEmpty();
    queue.put(gone("x"));
    assertThat(queue.size()).isZero();
  }

  @Test
  void wakesWhoeverTakesForTheFirstItemAndForAFullBatch() throws Exception {
    CompletableFuture<List<Handed>> first = taking(1);
    queue.put(gone("1"));
    assertThat(first.get(10, TimeUnit.SECONDS)).containsExactly(gone("1"));
    CompletableFuture<List<Handed>> batch = taking(2);
    queue.put(gone("2"));
    queue.put(gone("3"));
    assertThat(batch.get(10, TimeUnit.SECONDS)).containsExactly(gone("2"), gone("3"));
  }

  @Test
  void wakesWhoeverTakesWhenItIsFullBeforeTheBatchIs() throws Exception {
    CompletableFuture<List<Handed>> batch = taking(100);
    for (int i = 1; i <= 3; i++) {
      queue.put(gone("x"));
    }
    assertThat(batch.get(10, TimeUnit.SECONDS)).hasSize(3);
  }

  private CompletableFuture<List<Handed>> taking(int max) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return queue.take(max, 60_000, 60_000);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static Handed gone(String id) {
    return new Item(id, Handed.OVERHEAD);
  }

  private record Item(String id, long bytes) implements Handed {
    @Override
    public void addTo(List<SourceRecord> batch) {
      throw new AssertionError("the queue only passes on");
    }
  }
}
