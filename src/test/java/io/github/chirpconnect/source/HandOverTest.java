package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class HandOverTest {
  private final AtomicInteger signals = new AtomicInteger();
  private final HandOver handOver = new HandOver(3, 10_000);

  @Test
  void keepsOrderAndTheLimitOfABatch() throws InterruptedException {
    handOver.put(gone("1"));
    handOver.put(gone("2"));
    handOver.put(gone("3"));
    assertThat(handOver.take(2, 0, 0)).containsExactly(gone("1"), gone("2"));
    assertThat(handOver.take(2, 0, 0)).containsExactly(gone("3"));
    assertThat(handOver.take(2, 0, 0)).isEmpty();
  }

  @Test
  void turnsAwayWhatExceedsTheNumberAndSignalsRoomOnce() throws InterruptedException {
    handOver.whenRoom(signals::incrementAndGet);
    for (int i = 0; i < 3; i++) {
      assertThat(handOver.offer(gone("x"))).isTrue();
    }
    assertThat(handOver.offer(gone("x"))).isFalse();
    handOver.take(1, 0, 0);
    handOver.take(1, 0, 0);
    assertThat(signals).hasValue(1);
    assertThat(handOver.hasRoom()).isTrue();
  }

  @Test
  void countsBytesAndStillTakesOneLargeItem() {
    assertThat(handOver.offer(large())).isTrue();
    assertThat(handOver.offer(gone("x"))).isFalse();
  }

  @Test
  void whatIsHeldOnTheWayKeepsFromAskingForMoreButKeepsNothingOut() throws InterruptedException {
    handOver.whenRoom(signals::incrementAndGet);
    handOver.hold(20_000);
    assertThat(handOver.bytes()).isEqualTo(20_000);
    assertThat(handOver.hasRoom()).as("or nothing would ever come").isTrue();
    assertThat(handOver.offer(gone("1"))).isTrue();
    assertThat(handOver.hasRoom()).isFalse();
    assertThat(handOver.offer(gone("2"))).isTrue();
    handOver.take(1, 0, 0);
    assertThat(signals).hasValue(0);
    handOver.hold(-20_000);
    handOver.take(1, 0, 0);
    assertThat(signals).hasValue(1);
    assertThat(handOver.bytes()).isZero();
  }

  private static Item large() {
    LogEntry entry =
        new LogEntry(
            "0101010101010101",
            LogKind.EVENTS,
            new EntryId.Sequenced(1, 0),
            null,
            "up",
            "x".repeat(20_000),
            Map.of(),
            text -> null);
    return new Item.Entry(new ReplayFilter.Passed(entry, null, EntryIds.NONE));
  }

  @Test
  void aFailureReachesWhoeverTakes() {
    handOver.offer(gone("x"));
    handOver.fail(new ConnectException("first"));
    handOver.fail(new ConnectException("second"));
    assertThatThrownBy(() -> handOver.take(1, 60_000, 0))
        .isInstanceOf(ConnectException.class)
        .hasMessage("first");
  }

  @Test
  void closingWakesWhoeverWaitsAndDropsTheRest() throws Exception {
    CompletableFuture<List<Item>> taken = taking(1);
    handOver.close();
    assertThat(taken.get()).isEmpty();
    handOver.put(gone("x"));
    assertThat(handOver.size()).isZero();
  }

  @Test
  void wakesWhoeverTakesForTheFirstItemAndForAFullBatch() throws Exception {
    CompletableFuture<List<Item>> first = taking(1);
    handOver.put(gone("1"));
    assertThat(first.get(10, TimeUnit.SECONDS)).containsExactly(gone("1"));
    CompletableFuture<List<Item>> batch = taking(2);
    handOver.put(gone("2"));
    handOver.put(gone("3"));
    assertThat(batch.get(10, TimeUnit.SECONDS)).containsExactly(gone("2"), gone("3"));
  }

  @Test
  void wakesWhoeverTakesWhenItIsFullBeforeTheBatchIs() throws Exception {
    CompletableFuture<List<Item>> batch = taking(100);
    for (int i = 1; i <= 3; i++) {
      handOver.put(gone("x"));
    }
    assertThat(batch.get(10, TimeUnit.SECONDS)).hasSize(3);
  }

  private CompletableFuture<List<Item>> taking(int max) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return handOver.take(max, 60_000, 60_000);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static Item gone(String devEui) {
    return new Item.Forgotten(devEui);
  }
}
