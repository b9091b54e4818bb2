package io.github.chirpconnect.record.downlink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What proves that a downlink has vanished, and what does not. */
class VanishedDownlinksTest {
  private static final String A = "0101010101010101";
  private static final String B = "0202020202020202";
  private static final long LATE = VanishedDownlinks.WRITTEN_WITHIN.toMillis();

  private final ManualTime time = new ManualTime();
  private final VanishedDownlinks queues = new VanishedDownlinks(time.wallClock);
  private final Instant start = time.instant();

  /** How far the server's clock is ahead of ours. */
  private long serverAhead;

  @Test
  void anItemThatLeftAndOfWhichTheLogSaysNothingBeyondThatMomentHasVanished() {
    read(A, item("x"), item("y"));
    pass(60_000);
    read(A, item("y"));
    pass(LATE);
    assertThat(next(A)).containsExactly("x");
    assertThat(next(A)).as("it is told once").isEmpty();
    pass(60_000);
    read(A);
    pass(LATE);
    assertThat(next(A)).containsExactly("y");
  }

  @Test
  void itSaysWhenTheItemWasSeenAndWhenItWasMissed() {
    read(A, item("x"));
    pass(1_000);
    read(A, item("x"));
    pass(60_000);
    read(A);
    pass(LATE);
    queues.next(entry(A), true);
    assertThat(queues.take(A))
        .containsExactly(
            new VanishedDownlinks.Left(
                new VanishedDownlinks.Item("x", null),
                start.plusMillis(1_000),
                start.plusMillis(61_000)));
  }

  @Test
  void silenceIsNoEvidence() {
    read(A, item("x"));
    read(A);
    pass(Duration.ofDays(1).toMillis());
    read(A);
    assertThat(queues.hasVanished(A)).isFalse();
    assertThat(next(B)).isEmpty();
    assertThat(queues.hasVanished(A)).as("another device's log").isFalse();
  }

  @Test
  void anEntryOfAboutTheSameTimeIsTooEarly() {
    read(A, item("x"));
    assertThat(next(A)).as("in the queue").isEmpty();
    read(A);
    pass(LATE - 1);
    assertThat(next(A)).isEmpty();
    pass(1);
    assertThat(next(A)).containsExactly("x");
  }

  /** The log of a device that waits for its turn is read late: its entries may be older. */
  @Test
  void whenAnEntryIsReadDoesNotMatter() {
    read(A, item("x"));
    LogEntry old = entry(A);
    pass(60_000);
    read(A);
    pass(600_000);
    queues.next(old, true);
    assertThat(queues.hasVanished(A)).isFalse();
  }

  @Test
  void anItemOfWhichAnEventTellsHasNotVanished() {
    read(A, item("x"), item("y"));
    read(A);
    queues.next(entry(A), true);
    queues.told(A, "x");
    pass(60_000);
    assertThat(next(A)).containsExactly("y");
  }

  /** For instance by the very entry that would prove it: a gateway's answer may come late. */
  @Test
  void anEventThatTellsComesBeforeTheProof() {
    read(A, item("x"));
    read(A);
    pass(60_000);
    queues.next(entry(A), true);
    queues.told(A, "x");
    assertThat(queues.take(A)).isEmpty();
  }

  @Test
  void whatWasToldBeforeTheItemLeftCountsAsWell() {
    read(A, item("x"));
    queues.told(A, "x");
    pass(60_000);
    read(A);
    pass(60_000);
    assertThat(next(A)).isEmpty();
  }

  /** The event overtakes the answer, which shows the item as it was before. */
  @Test
  void whatIsToldWhileTheQueueIsReadCountsAsWell() {
    queues.asks(A);
    queues.told(A, "x");
    queues.read(A, List.of(item("x")));
    read(A);
    pass(60_000);
    assertThat(next(A)).isEmpty();

    queues.asks(A);
    queues.next(entry(A), false);
    queues.read(A, List.of(item("x")));
    read(A);
    pass(60_000);
    assertThat(next(A)).as("a gap").isEmpty();
  }

  @Test
  void aPendingItemWasSentAlready() {
    read(A, item("x").put("confirmed", true).put("isPending", true));
    read(A);
    pass(60_000);
    assertThat(next(A)).isEmpty();

    read(A, item("y").put("confirmed", true));
    read(A, item("y").put("confirmed", true).put("isPending", true));
    read(A);
    pass(60_000);
    assertThat(next(A)).as("it was not pending at first").isEmpty();

    read(A, item("z").put("confirmed", true));
    read(A);
    pass(60_000);
    assertThat(next(A)).as("it was never pending").containsExactly("z");
  }

  @Test
  void behindAGapNothingIsClaimedOfWhatWasSeenBeforeIt() {
    read(A, item("x"), item("y"));
    pass(60_000);
    read(A, item("y"));
    pass(60_000);
    queues.next(entry(A), false);
    assertThat(next(A)).isEmpty();
    read(A);
    pass(60_000);
    assertThat(next(A)).as("it may have left before the gap was read").isEmpty();

    read(A, item("z"));
    read(A);
    pass(60_000);
    assertThat(next(A)).as("seen behind the gap").containsExactly("z");
  }

  /** As when the log is read for the first time: what is missing is older than its first entry. */
  @Test
  void whatWasSeenAfterAllThatIsMissingIsNotConcerned() {
    LogEntry first = entry(A);
    pass(60_000);
    next(B);
    read(A, item("x"), item("y"));
    read(A, item("y"));
    pass(60_000);
    queues.next(first, false);
    assertThat(next(A)).containsExactly("x");
    read(A);
    pass(60_000);
    assertThat(next(A)).containsExactly("y");
  }

  /** Unless an entry has shown the server's clock, it may be behind. */
  @Test
  void howOldTheMissingOnesAreIsNotGuessed() {
    LogEntry first = entry(A);
    pass(60_000);
    read(A, item("x"));
    read(A);
    pass(60_000);
    queues.next(first, false);
    assertThat(next(A)).isEmpty();
  }

  @Test
  void aServerWhoseClockIsBehindDoesNotMakeTheMissingOnesOlder() {
    serverAhead = -600_000;
    next(B);
    read(A, item("y"));
    pass(60_000);
    LogEntry behind = entry(A);
    read(A);
    pass(60_000);
    queues.next(behind, false);
    pass(600_000);
    assertThat(next(A)).as("written after the item was seen").isEmpty();
  }

  @Test
  void anItemThatIsThereAgainHasNotLeft() {
    read(A, item("x"));
    read(A);
    pass(1_000);
    read(A, item("x"));
    pass(60_000);
    assertThat(next(A)).isEmpty();
    read(A);
    pass(60_000);
    assertThat(next(A)).containsExactly("x");
  }

  @Test
  void aDeletedDeviceIsForgotten() {
    read(A, item("x"), item("y"));
    read(A, item("y"));
    queues.gone(A);
    read(A);
    pass(60_000);
    assertThat(next(A)).isEmpty();
  }

  @Test
  void aServerWhoseClockIsAheadIsBelievedNoMoreThanItKnows() {
    serverAhead = 300_000;
    read(A, item("x"));
    LogEntry before = entry(A);
    pass(60_000);
    assertThat(next(B)).as("it shows the clock").isEmpty();
    read(A);
    pass(400_000);
    queues.next(before, true);
    assertThat(queues.hasVanished(A)).as("by our clock it is late enough").isFalse();
    assertThat(next(A)).containsExactly("x");
  }

  /** A log that is dated a year ahead must not silence all others. */
  @Test
  void anImpossibleDateIsNoDate() {
    serverAhead = Duration.ofDays(365).toMillis();
    read(A, item("x"));
    read(A);
    pass(60_000);
    assertThat(next(A)).isEmpty();
    serverAhead = 0;
    assertThat(next(A)).containsExactly("x");
  }

  @Test
  void aServerWhoseClockIsBehindTakesLonger() {
    serverAhead = -300_000;
    read(A, item("x"));
    read(A);
    pass(300_000);
    assertThat(next(A)).isEmpty();
    pass(LATE);
    assertThat(next(A)).containsExactly("x");
  }

  @Test
  void aDigestIsDatedByItsEntry() {
    read(A, item("x"));
    read(A);
    pass(60_000);
    queues.next(entry(A, new EntryId.Digest("abcdef012345"), null), true);
    assertThat(queues.take(A)).as("without a time").isEmpty();
    queues.next(entry(A, new EntryId.Digest("abcdef012345"), time.instant()), true);
    assertThat(queues.take(A)).hasSize(1);
  }

  // --- v3, which counts frames

  @Test
  void ofV3OnlyAnEmptyQueueCounts() {
    read(A, counted(5), counted(6));
    read(A, counted(6));
    pass(60_000);
    assertThat(next(A)).as("it may have been renumbered").isEmpty();
    read(A);
    pass(60_000);
    assertThat(next(A)).containsExactly(A + ":6");
  }

  @Test
  void ofV3AnyStateOfTheDeviceMayBeTheItems() {
    read(A, counted(5), counted(6));
    read(A);
    queues.told(A, null);
    pass(60_000);
    assertThat(next(A)).isEmpty();
  }

  @Test
  void ofV3AConfirmedItemMayHaveBeenSentAlready() {
    read(A, counted(5).put("confirmed", true), counted(6));
    read(A);
    pass(60_000);
    assertThat(next(A)).containsExactly(A + ":6");
  }

  @Test
  void aCounterThatIsGivenAwayAgainHasNotVanished() {
    read(A, counted(5), counted(6));
    read(A);
    pass(1_000);
    read(A, counted(5));
    pass(60_000);
    assertThat(next(A)).containsExactly(A + ":6");
  }

  // --- memory

  @Test
  void devicesThatWereNotReadForTheLongestTimeAreForgottenFirst() {
    read(A, item("x"));
    read(B, item("y"));
    read(A, item("x"));
    read("c", many(VanishedDownlinks.MOST_ITEMS - 1));
    read(A);
    read(B);
    pass(60_000);
    assertThat(next(A)).containsExactly("x");
    assertThat(next(B)).isEmpty();
  }

  @Test
  void whatIsDecidedTakesNoRoom() {
    for (int i = 0; i < 4; i++) {
      read(A, many(VanishedDownlinks.MOST_ITEMS / 2));
      read(A);
      pass(60_000);
      assertThat(next(A)).hasSize(VanishedDownlinks.MOST_ITEMS / 2);
      read(B, item("y" + i));
      queues.told(B, "y" + i);
    }
    read(A, many(VanishedDownlinks.MOST_ITEMS));
    read(A);
    pass(60_000);
    assertThat(next(A)).hasSize(VanishedDownlinks.MOST_ITEMS);
  }

  private void pass(long millis) {
    time.advance(Duration.ofMillis(millis));
  }

  private void read(String devEui, ObjectNode... items) {
    queues.asks(devEui);
    queues.read(devEui, List.of(items));
  }

  /** What an entry that is written and read now proves. */
  private List<String> next(String devEui) {
    queues.next(entry(devEui), true);
    return Stream.of(devEui)
        .filter(queues::hasVanished)
        .flatMap(each -> queues.take(each).stream())
        .map(left -> left.item().downlink(devEui))
        .toList();
  }

  private LogEntry entry(String devEui) {
    long millis = time.instant().toEpochMilli() + serverAhead;
    return entry(devEui, new EntryId.Sequenced(millis, 0), null);
  }

  private static LogEntry entry(String devEui, EntryId id, Instant at) {
    return new LogEntry(
        devEui,
        LogKind.EVENTS,
        id,
        at,
        "up",
        "{}",
        Map.of(),
        text -> JsonNodeFactory.instance.objectNode());
  }

  private static ObjectNode[] many(int count) {
    return IntStream.range(0, count).mapToObj(i -> item("many-" + i)).toArray(ObjectNode[]::new);
  }

  private static ObjectNode item(String id) {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    return item.put("id", id).put("confirmed", false).put("isPending", false).putNull("fCntDown");
  }

  private static ObjectNode counted(long fCntDown) {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    return item.putNull("id")
        .put("confirmed", false)
        .putNull("isPending")
        .put("fCntDown", fCntDown);
  }
}
