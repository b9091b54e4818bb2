package io.github.chirpconnect.source;

import static io.github.chirpconnect.source.ReplayFilter.CLEARED;
import static io.github.chirpconnect.source.ReplayFilter.HISTORY_FULL;
import static io.github.chirpconnect.source.ReplayFilter.REPLACED;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.golden.Golden;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplayFilterTest {
  private static final String EUI = "0101010101010101";

  private final List<String> passed = new ArrayList<>();
  private final List<String> gaps = new ArrayList<>();
  private StreamHabits habits = StreamHabits.V4;
  private String savedText;
  private ReplayFilter filter;
  private long now = 1_000_000;

  @Test
  void withoutASavedIdEverythingIsNew() {
    saved();
    replay(ids(1, 10));
    assertThat(passed).isEqualTo(ids(1, 10));
    assertThat(gaps).isEmpty();
  }

  @Test
  void anIntactHistoryPassesOnlyWhatFollowsTheNewestSavedId() {
    saved(ids(1, 8));
    replay(ids(1, 10));
    assertThat(passed).isEqualTo(ids(9, 10));
    assertThat(gaps).isEmpty();
  }

  @Test
  void whatFollowsTheNewestSavedIdIsPassedAtOnceAndLiveEntriesToo() {
    saved(ids(1, 8));
    replay(ids(7, 9));
    assertThat(passed).containsExactly("9-0");
    after(60_000);
    replay("10-0");
    assertThat(passed).containsExactly("9-0", "10-0");
  }

  @Test
  void severalEntriesOfOneMillisecondAreToldApartAsNumbers() {
    saved("5-0", "5-9");
    replay("5-0", "5-9", "5-10", "5-11");
    assertThat(passed).containsExactly("5-10", "5-11");
    assertThat(gaps).isEmpty();
  }

  @Test
  void anIntactHistoryThatComesInThreeBatchesIsNotTakenForAnotherOne() {
    saved(ids(1, 27));
    replay(ids(1, 10));
    after(1_000);
    replay(ids(11, 20));
    after(1_000);
    replay(ids(21, 28));
    assertThat(passed).containsExactly("28-0");
    assertThat(gaps).isEmpty();
  }

  @Test
  void aHistoryLongerThanWhatIsRememberedIsNotPassedTwice() {
    saved(ids(69, 100));
    for (int i = 1; i <= 100; i += 10) {
      replay(ids(i, i + 9));
      after(1_000);
    }
    replay("101-0");
    assertThat(passed).containsExactly("101-0");
    assertThat(gaps).isEmpty();
  }

  @Test
  void aFullHistoryAboveTheSavedIdIsAGap() {
    saved(ids(1, 5));
    replay(ids(20, 28));
    assertThat(passed).isEmpty();
    replay("29-0", "30-0");
    assertThat(passed).isEqualTo(ids(20, 30));
    assertThat(gaps).containsExactly("20-0 " + HISTORY_FULL);
  }

  @Test
  void aShortHistoryAboveTheSavedIdWasCleared() {
    saved(ids(1, 5));
    replay(ids(20, 22));
    after(1_000);
    assertThat(passed).isEmpty();
    after(500);
    assertThat(passed).isEqualTo(ids(20, 22));
    replay("23-0");
    assertThat(passed).isEqualTo(ids(20, 23));
    assertThat(gaps).containsExactly("20-0 " + CLEARED);
  }

  @Test
  void aDeviceThatIsNeverQuietDoesNotKeepTheFirstEntryAfterAGapWaiting() {
    saved(ids(1, 5));
    for (int i = 20; i < 24; i++) {
      replay(i + "-0");
      after(1_000);
    }
    assertThat(passed).isEqualTo(ids(20, 23));
    assertThat(gaps).containsExactly("20-0 " + CLEARED);
  }

  @Test
  void aDeviceThatIsNeverQuietDoesNotHideThatItsHistoryWasReplaced() {
    saved(ids(1_000, 1_010));
    for (int i = 500; i < 505; i++) {
      replay(i + "-0");
      after(1_000);
    }
    assertThat(passed).isEqualTo(ids(500, 504));
    assertThat(gaps).containsExactly("500-0 " + REPLACED);
  }

  @Test
  void anEmptyLogThatOnceHadEntriesIsReportedOnceAndTheNextEntryIsAGap() {
    saved("1-0");
    after(4_000);
    assertThat(filter.foundEmpty(now)).isFalse();
    after(1_000);
    assertThat(filter.foundEmpty(now)).isTrue();
    assertThat(filter.foundEmpty(now)).isFalse();
    after(3_600_000);
    replay("2-0");
    after(2_000);
    assertThat(passed).containsExactly("2-0");
    assertThat(gaps).containsExactly("2-0 " + CLEARED);
  }

  @Test
  void aRestoredHistoryPassesWhatWasWrittenSinceAndNothingTwice() {
    // 8 to 10 were passed on, then the server lost them and wrote 9-1.
    saved(ids(1, 10));
    replay("1-0", "2-0", "3-0", "4-0", "5-0", "6-0", "7-0", "9-1");
    assertThat(passed).isEmpty();
    after(2_000);
    assertThat(passed).containsExactly("9-1");
    assertThat(gaps).containsExactly("9-1 " + REPLACED);
  }

  @Test
  void anEntryAboveTheSavedIdsShowsThatTheHistoryWasRestored() {
    saved(ids(1, 10));
    replay("6-0", "7-0", "11-0");
    assertThat(passed).containsExactly("11-0");
    assertThat(gaps).containsExactly("11-0 " + REPLACED);
  }

  @Test
  void aRestoredHistoryDoesNotPassWhatIsOlderThanAllThatIsRemembered() {
    saved(ids(70, 101));
    replay(ids(60, 99));
    after(3_000);
    assertThat(passed).isEmpty();
    assertThat(gaps).isEmpty();
  }

  @Test
  void afterARestoreTheOrderIsTheRestoredHistorys() {
    saved(ids(1, 10));
    replay(ids(1, 7));
    after(2_000);
    replay("7-5");
    assertThat(passed).containsExactly("7-5");
    reopen();
    replay("6-0", "7-0", "7-5", "8-5");
    assertThat(passed).containsExactly("7-5", "8-5");
    assertThat(gaps).isEmpty();
  }

  @Test
  void whenTheClockWentBackTheNewHistoryIsPassedWholeOnceThePauseShowsIt() {
    saved(ids(1_000, 1_010));
    replay(ids(500, 509));
    after(1_500);
    assertThat(passed).as("the server sends the next batch after a second").isEmpty();
    after(500);
    assertThat(passed).isEqualTo(ids(500, 509));
    assertThat(gaps).containsExactly("500-0 " + REPLACED);
  }

  @Test
  void aReplacedHistoryGoesOnBelowTheOldIds() {
    saved(ids(1_000, 1_010));
    replay(ids(500, 502));
    after(2_000);
    replay("503-0");
    restart();
    replay(ids(500, 505));
    assertThat(passed).isEqualTo(ids(500, 505));
    assertThat(gaps).containsExactly("500-0 " + REPLACED);
  }

  @Test
  void aReplacedHistoryTooLongToHoldIsReadOnceMore() {
    saved(ids(1_000, 1_010));
    for (int i = 1; i <= 290; i += 10) {
      replay(ids(i, i + 9));
      after(1_000);
    }
    after(2_000);
    assertThat(passed).isEmpty();
    assertThat(filter.wantsReplay()).isTrue();
    assertThat(filter.settled(now + 10_000)).isFalse();
    reopen();
    replay(ids(1, 290));
    assertThat(passed).isEqualTo(ids(1, 290));
    assertThat(gaps).containsExactly("1-0 " + REPLACED);
    reopen();
    replay(ids(1, 291));
    assertThat(passed).isEqualTo(ids(1, 291));
  }

  @Test
  void silenceThatWeCausedProvesNothing() {
    saved(ids(1_000, 1_010));
    replay(ids(500, 503));
    now += 5_000;
    filter.resumed(now);
    after(1_000);
    assertThat(passed).isEmpty();
    after(500);
    assertThat(passed).isEqualTo(ids(500, 503));
  }

  @Test
  void anotherStreamStartsTheReplayAnewAndNothingIsPassedTwice() {
    saved();
    replay(ids(1, 3));
    reopen();
    replay(ids(1, 4));
    reopen();
    replay(ids(1, 4));
    assertThat(passed).isEqualTo(ids(1, 4));
  }

  @Test
  void aGapHeldBackWhenTheStreamBrokeIsFoundAgain() {
    saved(ids(1, 5));
    replay(ids(20, 22));
    reopen();
    replay(ids(20, 22));
    after(2_000);
    assertThat(passed).isEqualTo(ids(20, 22));
    assertThat(gaps).containsExactly("20-0 " + CLEARED);
  }

  @Test
  void aRestartGoesOnFromWhatTheOffsetsHold() {
    saved(ids(1, 5));
    replay(ids(1, 7));
    restart();
    replay(ids(1, 9));
    assertThat(passed).isEqualTo(ids(6, 9));
    assertThat(gaps).isEmpty();
  }

  @Test
  void whatComesBeforeTheNewestSavedDigestWasPassedOn() {
    saved("d:aa", "d:bb");
    replay("d:00", "d:aa", "d:bb", "d:cc", "d:dd");
    assertThat(passed).containsExactly("d:cc", "d:dd");
    after(5_000);
    replay("d:ee", "d:cc");
    assertThat(passed).containsExactly("d:cc", "d:dd", "d:ee");
    assertThat(gaps).isEmpty();
  }

  @Test
  void digestsOfWhichNoneIsKnownFollowAGap() {
    habits = StreamHabits.V3;
    saved("d:aa", "d:bb");
    replay("d:cc", "d:dd");
    assertThat(passed).isEmpty();
    after(400);
    assertThat(passed).containsExactly("d:cc", "d:dd");
    assertThat(gaps).containsExactly("d:cc " + CLEARED);
    reopen();
    List<String> full = IntStream.range(10, 20).mapToObj(i -> "d:" + i).toList();
    replay(full);
    after(400);
    assertThat(passed).hasSize(12).endsWith("d:19");
    assertThat(gaps).endsWith("d:10 " + HISTORY_FULL);
  }

  @Test
  void digestsWithoutTheNewestOneAreAnOlderHistory() {
    habits = StreamHabits.V3;
    saved("d:aa", "d:bb", "d:cc");
    replay("d:00", "d:bb", "d:dd");
    after(400);
    assertThat(passed).containsExactly("d:dd");
    assertThat(gaps).containsExactly("d:dd " + REPLACED);
  }

  @Test
  void v3HasReplayedAllWhenItIsQuietForAMoment() {
    habits = StreamHabits.V3;
    saved(ids(1, 8));
    replay(ids(1, 10));
    assertThat(filter.settled(now)).isFalse();
    after(400);
    assertThat(filter.settled(now)).isTrue();
    assertThat(passed).isEqualTo(ids(9, 10));
  }

  @Test
  void ofV3AnEmptyLogIsToldByWaitingLongerThanTheServerWaitsForAConnection() {
    habits = StreamHabits.V3;
    saved("1-0");
    after(5_000);
    assertThat(filter.settled(now)).isFalse();
    after(500);
    assertThat(filter.settled(now)).isTrue();
    assertThat(filter.foundEmpty(now)).isTrue();
  }

  @Test
  void theOffsetOfAnEntryHoldsTheLastThirtyTwoIdsWithItsOwn() {
    saved(ids(1, 32));
    replay(ids(31, 34));
    assertThat(EntryIds.decode(savedText).stream().map(EntryId::text)).isEqualTo(ids(3, 34));
  }

  @Test
  void settlesWhenTheReplayIsOver() {
    saved("1-0");
    replay("1-0");
    assertThat(filter.settled(now + 1_100)).isFalse();
    assertThat(filter.settled(now + 1_300)).isTrue();
    replay(ids(2, 10));
    assertThat(filter.settled(now + 1_300)).as("ten: the next batch may come").isFalse();
    assertThat(filter.settled(now + 2_000)).isTrue();
  }

  @Test
  void aRecordedReplayWithTheNewestIdSavedPassesNothing() {
    Golden.Call call = recordedReplay();
    List<String> all = call.messages().stream().map(m -> m.json().path("id").asText()).toList();
    saved(all);
    play(call);
    assertThat(passed).isEmpty();
  }

  @Test
  void aRecordedReplayWithTheSixthIdSavedPassesTheRest() {
    Golden.Call call = recordedReplay();
    List<String> all = call.messages().stream().map(m -> m.json().path("id").asText()).toList();
    saved(all.subList(0, 6));
    play(call);
    assertThat(passed).isEqualTo(all.subList(6, all.size()));
    assertThat(gaps).isEmpty();
  }

  /** 27 entries, in batches of ten, ten and three and then live, some of one millisecond. */
  private static Golden.Call recordedReplay() {
    return Golden.calls("v4/streams.jsonl").stream()
        .filter(call -> call.name().equals("frames-real-traffic"))
        .findFirst()
        .orElseThrow();
  }

  private void play(Golden.Call call) {
    double at = 0;
    for (Golden.Message message : call.messages()) {
      after(Math.round(message.millis() - at));
      at = message.millis();
      replay(message.json().path("id").asText());
    }
    after(3_000);
  }

  private void saved(String... ids) {
    saved(List.of(ids));
  }

  private void saved(List<String> ids) {
    savedText = EntryIds.encode(ids.stream().map(EntryId::parse).toList());
    restart();
  }

  private void restart() {
    filter = new ReplayFilter(EntryIds.decode(savedText), habits);
    reopen();
  }

  private void reopen() {
    now += 10_000;
    filter.opened(now);
  }

  private void replay(String... ids) {
    replay(List.of(ids));
  }

  private void replay(List<String> ids) {
    ids.forEach(id -> collect(filter.entry(Logs.up(EUI, id), now)));
  }

  /** Lets time pass as the streams thread sees it, in steps. */
  private void after(long millis) {
    long until = now + millis;
    while (now < until) {
      now = Math.min(until, now + 100);
      collect(filter.tick(now));
    }
  }

  private void collect(List<ReplayFilter.Passed> more) {
    for (ReplayFilter.Passed one : more) {
      passed.add(one.entry().id().text());
      if (one.gap() != null) {
        gaps.add(one.entry().id().text() + " " + one.gap());
      }
      savedText = one.ids();
    }
    assertThat(Collections.frequency(passed, passed.isEmpty() ? "" : passed.get(passed.size() - 1)))
        .isLessThanOrEqualTo(1);
  }

  private static List<String> ids(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> i + "-0").toList();
  }
}
