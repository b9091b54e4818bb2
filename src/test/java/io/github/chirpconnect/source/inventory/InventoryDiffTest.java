package io.github.chirpconnect.source.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InventoryDiffTest {
  private static final Instant NOW = Instant.parse("2026-07-23T08:00:00Z");

  /** Devices of other tasks have numbers from here. */
  private static final int OTHERS = 1_000_000;

  private InventoryDiff diff = new InventoryDiff(Map.of(), List.of(), 0.2);

  @Test
  void aDeviceIsActiveWhenItWasSeenSinceTheLastWalk() {
    diff.begin();
    assertThat(see(1, NOW.minus(Duration.ofHours(1))).active()).as("long ago").isFalse();
    assertThat(see(2, NOW.minus(Duration.ofMinutes(1))).active())
        .as("lately, at first sight")
        .isTrue();
    assertThat(see(3, null).active()).as("never").isFalse();
    diff.begin();
    assertThat(see(1, NOW.minus(Duration.ofMinutes(59))).active()).isTrue();
    assertThat(see(2, NOW.minus(Duration.ofMinutes(1))).active()).as("not since").isFalse();
    assertThat(see(3, NOW).active()).isTrue();
  }

  @Test
  void oneWalkThatMissesADeviceIsForgivenWhenTheNextFindsIt() {
    walk(10, 0);
    assertThat(walk(9, 0).gone()).isEmpty();
    assertThat(walk(10, 0).gone()).isEmpty();
    assertThat(walk(9, 0).gone()).isEmpty();
    assertThat(walk(9, 0).gone()).containsExactly(device(9));
    assertThat(walk(9, 0).gone()).as("told once").isEmpty();
  }

  @Test
  void whatAnInterruptedWalkMissedDoesNotCount() {
    walk(10, 0);
    walk(9, 0);
    diff.begin();
    IntStream.range(0, 3).forEach(this::listed);
    assertThat(walk(10, 0).gone()).isEmpty();
  }

  @Test
  void moreThanTheShareAtOnceIsWithheldUntilItIsResolved() {
    walk(100, 0);
    walk(79, 0);
    InventoryDiff.Missing absence = walk(79, 0);
    assertThat(absence.gone()).isEmpty();
    assertThat(absence.withheld()).hasSize(21);
    assertThat(absence.known()).isEqualTo(100);
    assertThat(walk(79, 0).withheld()).as("at each walk").hasSize(21);
    assertThat(walk(80, 0).gone()).as("the share itself is permitted").hasSize(20);
  }

  /** 3 of 23 are within a fifth, though they are more than a fifth of this task's six. */
  @Test
  void theShareIsOneOfAllDevicesNotOfThoseOfOneTask() {
    walk(6, 17);
    walk(3, 17);
    InventoryDiff.Missing absence = walk(3, 17);
    assertThat(absence.gone()).hasSize(3);
    assertThat(absence.missing()).isEqualTo(3);
    assertThat(absence.known()).isEqualTo(23);
  }

  /** Half of a network is missing; this task's part of it alone would be within the share. */
  @Test
  void whatOtherTasksMissCountsToo() {
    walk(10, 90);
    walk(9, 41);
    InventoryDiff.Missing absence = walk(9, 41);
    assertThat(absence.gone()).isEmpty();
    assertThat(absence.withheld()).hasSize(1);
    assertThat(absence.missing()).isEqualTo(50);
    assertThat(absence.known()).isEqualTo(100);
    assertThat(walk(9, 90).gone()).as("when theirs are back").hasSize(1);
  }

  @Test
  void afterARestartTheDevicesOfOtherTasksAreKnownToo() {
    List<String> everybody =
        IntStream.range(0, 100).mapToObj(i -> device(i < 1 ? i : OTHERS + i)).toList();
    diff = new InventoryDiff(Map.of(device(0), "fp"), everybody, 0.2);
    walk(0, 500);
    assertThat(walk(0, 500).gone()).as("1 of 599").hasSize(1);
    diff = new InventoryDiff(Map.of(device(0), "fp"), everybody, 0.2);
    diff.begin();
    listed(1);
    diff.end(false);
    diff.begin();
    listed(1);
    assertThat(diff.end(false).withheld()).as("another database").hasSize(1);
  }

  @Test
  void aSmallNetworkCanLoseOneDeviceAtATime() {
    walk(3, 0);
    walk(2, 0);
    assertThat(walk(2, 0).gone()).containsExactly(device(2));
    walk(0, 5);
    assertThat(walk(0, 5).withheld()).as("both at once").hasSize(2);
  }

  @Test
  void aWalkThatFoundNothingAtAllIsNotBelieved() {
    walk(1, 0);
    walk(0, 0);
    assertThat(walk(0, 0).withheld()).hasSize(1);
    diff = new InventoryDiff(Map.of(device(0), "x"), List.of(device(0)), 1);
    walk(0, 0);
    assertThat(walk(0, 0).gone()).as("unless the user wants it so").hasSize(1);
  }

  @Test
  void aShareOfZeroDeletesNothing() {
    diff = new InventoryDiff(Map.of(), List.of(), 0);
    walk(10, 0);
    walk(9, 0);
    assertThat(walk(9, 0).gone()).isEmpty();
  }

  /** The last multicast group may go where there are tenants. */
  @Test
  void theLastOneMayGoWhereTheWalkFoundOtherThings() {
    walk(1, 0);
    diff.begin();
    assertThat(diff.end(false).gone()).isEmpty();
    diff.begin();
    assertThat(diff.end(false).gone()).containsExactly(device(0));
  }

  /** Others keep what they are told, of 100,000 devices. */
  @Test
  void eachWalkTellsTheIdOfTheFirst() {
    String id = device(1);
    diff.begin();
    assertThat(diff.see(id, null, "fp", NOW).id()).isSameAs(id);
    diff.begin();
    assertThat(diff.see(String.valueOf(id.toCharArray()), NOW, "other", NOW).id()).isSameAs(id);
    assertThat(diff.kept(String.valueOf(id.toCharArray()))).as("between walks").isSameAs(id);
  }

  @Test
  void whatTheLedgerKnowsIsNeitherNewNorForgotten() {
    diff = new InventoryDiff(Map.of(device(0), "fp", device(1), "old"), List.of(), 1);
    diff.begin();
    assertThat(diff.see(device(0), null, "fp", NOW).changed()).isFalse();
    assertThat(diff.see(device(1), null, "fp", NOW).changed()).isTrue();
    assertThat(diff.see(device(2), null, "fp", NOW).changed()).isTrue();
    diff = new InventoryDiff(Map.of(device(0), "fp"), List.of(device(0)), 1);
    walk(0, 1);
    assertThat(walk(0, 1).gone()).isEqualTo(List.of(device(0)));
  }

  private InventoryDiff.Missing walk(int mine, int others) {
    diff.begin();
    IntStream.range(0, mine).forEach(this::listed);
    IntStream.range(OTHERS, OTHERS + others).forEach(i -> diff.listed(device(i)));
    assertThat(diff.listed()).isEqualTo(mine + others);
    assertThat(diff.mine()).isEqualTo(mine);
    return diff.end(mine + others == 0);
  }

  private void listed(int number) {
    diff.listed(device(number));
    see(number, null);
  }

  private InventoryDiff.Change see(int number, Instant lastSeenAt) {
    return diff.see(device(number), lastSeenAt, "fp", NOW);
  }

  private static String device(int number) {
    return String.format("%016x", number);
  }
}
