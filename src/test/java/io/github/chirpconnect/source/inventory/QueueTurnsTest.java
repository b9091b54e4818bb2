package io.github.chirpconnect.source.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose queue is read next. */
class QueueTurnsTest {
  private static final long INTERVAL = 600_000;

  private double random;
  private QueueTurns turns = new QueueTurns(INTERVAL, () -> random);
  private long now = 1_000;

  @Test
  void nobodyHasATurnBeforeTheFirstCompleteWalk() {
    list(3);
    assertThat(taken()).isEmpty();
    assertThat(turns.untilRound(now)).isEqualTo(Long.MAX_VALUE);
    turns.walked(Set.of());
    assertThat(taken()).containsExactlyInAnyOrderElementsOf(devices(0, 3));
  }

  @Test
  void theNextRoundBeginsAnIntervalAfterThisOne() {
    walk(3);
    assertThat(taken()).hasSize(3);
    now += INTERVAL / 3;
    walk(3);
    assertThat(taken()).isEmpty();
    assertThat(turns.untilRound(now)).isEqualTo(INTERVAL * 2 / 3);
    now += INTERVAL * 2 / 3;
    assertThat(taken()).hasSize(3);
  }

  @Test
  void aRoundThatTakesLongerIsFollowedAtOnceByTheNext() {
    walk(3);
    for (int i = 0; i < 3; i++) {
      now += INTERVAL;
      assertThat(turns.next(now)).isNotNull();
    }
    assertThat(turns.next(now)).as("the end of the round").isNull();
    assertThat(turns.roundTookMs()).isEqualTo(2 * INTERVAL);
    assertThat(turns.untilRound(now)).isZero();
    assertThat(turns.next(now)).isNotNull();
  }

  @Test
  void afterAWalkThoseThatWereHeardAndThoseWithDownlinksComeFirst() {
    walk(10);
    taken();
    list(10, 4);
    turns.walked(Set.of(device(7)));
    assertThat(taken()).containsExactlyInAnyOrder(device(4), device(7));
    walk(10);
    assertThat(taken()).as("neither again").isEmpty();
  }

  @Test
  void aDeviceThatIsNewComesFirst() {
    walk(10);
    taken();
    walk(11);
    assertThat(taken()).containsExactly(device(10));
  }

  @Test
  void inABusyNetworkTheRoundGoesOnAllTheSame() {
    walk(100);
    List<String> read = new ArrayList<>();
    for (int turn = 0; turn < 30; turn++) {
      list(100, 0, 1, 2, 3, 4);
      turns.walked(Set.of());
      now++;
      read.add(turns.next(now));
    }
    assertThat(read).filteredOn(id -> devices(5, 100).contains(id)).hasSizeBetween(5, 7);
  }

  @Test
  void whatWasReadSinceTheRoundBeganIsNotReadAgainInIt() {
    list(5, 0, 1, 2);
    turns.walked(Set.of());
    assertThat(taken()).doesNotHaveDuplicates().hasSize(5);
  }

  /** An empty answer about a device that no walk finds may be an empty database's. */
  @Test
  void aDeviceThatTheLastWalkDidNotFindIsNotRead() {
    walk(10);
    taken();
    now += INTERVAL;
    list(9);
    turns.walked(Set.of(device(9)));
    assertThat(taken()).containsExactlyInAnyOrderElementsOf(devices(0, 9));
    walk(10);
    turns.walked(Set.of());
    now += INTERVAL;
    assertThat(taken()).as("back").isEmpty();
    walk(10);
    assertThat(turns.place(device(9))).isNotNull();
  }

  @Test
  void aDeviceThatIsGoneHasNoTurn() {
    walk(3);
    turns.gone(device(1));
    assertThat(taken()).containsExactlyInAnyOrder(device(0), device(2));
    assertThat(turns.place(device(1))).isNull();
  }

  @Test
  void whatFailedIsReadAfterTheNextWalk() {
    walk(3);
    taken();
    turns.failed(device(1));
    assertThat(taken()).isEmpty();
    walk(3);
    assertThat(taken()).containsExactly(device(1));
  }

  /** A task that is restarted again and again does not get stuck with the same devices. */
  @Test
  void theFirstRoundBeginsAnywhere() {
    walk(100);
    String first = turns.next(now);
    random = 0.5;
    turns = new QueueTurns(INTERVAL, () -> random);
    walk(100);
    assertThat(turns.next(now)).isNotEqualTo(first);
  }

  private void walk(int count) {
    list(count);
    turns.walked(Set.of());
  }

  private void list(int count, int... active) {
    for (int i = 0; i < count; i++) {
      int number = i;
      turns.listed(device(i), Place.NONE, IntStream.of(active).anyMatch(other -> other == number));
    }
  }

  private List<String> taken() {
    List<String> taken = new ArrayList<>();
    for (String id = turns.next(now); id != null; id = turns.next(now)) {
      taken.add(id);
    }
    return taken;
  }

  private static List<String> devices(int from, int to) {
    return IntStream.range(from, to).mapToObj(QueueTurnsTest::device).toList();
  }

  private static String device(int number) {
    return String.format("%016x", number);
  }
}
