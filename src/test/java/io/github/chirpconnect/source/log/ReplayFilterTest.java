package io.github.chirpconnect.source.log;

import static io.github.chirpconnect.source.log.ReplayFilter.CLEARED;
import static io.github.chirpconnect.source.log.ReplayFilter.HISTORY_FULL;
import static io.github.chirpconnect.source.log.ReplayFilter.REPLACED;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.source.Logs;
import io.github.chirpconnect.source.offset.EntryIdText;
import io.github.chirpconnect.source.offset.EntryIds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplayFilterTest {
  private static final String EUI = "0101010101010101";

  private final List<String> passed = new ArrayList<>();
  private final List<String> gaps = new ArrayList<>();
  private StreamTiming timing = StreamTiming.V4;
  private String savedText;
  private ReplayFilter filter;
  private long now = 1_000_000;

  /**
   * When digests happened, in milliseconds; the newest one saved at 10. Negative: they don't say.
   */
  private long at = 20;

  private boolean answers = true;
  private long answered;

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
    assertThat(EntryIdText.read(savedText).size()).as("and is known from now on").isEqualTo(101);
  }

  @Test
  void aReplayThatStandsStillAnywhereAndForAnyTimeIsNoOtherHistory() {
    for (boolean answering : List.of(false, true)) {
      for (int at : List.of(1, 10, 25, 68, 69, 99)) {
        answers = answering;
        saved(ids(69, 100));
        replay(ids(1, at));
        after(60_000);
        if (filter.wantsReplay()) {
          reopen();
          replay(ids(1, 5));
          after(60_000);
          assertThat(filter.wantsReplay()).as("it ended elsewhere").isEqualTo(answering);
          reopen();
          replay(ids(1, 100));
        } else {
          replay(ids(at + 1, 100));
        }
        replay("101-0");
        assertThat(passed).containsExactly("101-0");
        assertThat(gaps).isEmpty();
        passed.clear();
      }
    }
  }

  @Test
  void aServerThatStandsStillWhileAReplayIsJudgedSendsNothingTheSecondTime() {
    saved(ids(69, 100));
    replay(ids(1, 10));
    after(60_000);
    assertThat(filter.wantsReplay()).isTrue();
    reopen();
    after(60_000);
    assertThat(filter.wantsReplay()).isFalse();
    replay(ids(1, 101));
    assertThat(passed).containsExactly("101-0");
    assertThat(gaps).isEmpty();
  }

  @Test
  void withoutAnAnswerOfTheServerNothingIsJudged() {
    answers = false;
    saved(ids(1_000, 1_010));
    replay(ids(500, 509));
    after(600_000);
    assertThat(filter.wantsReplay()).isFalse();
    assertThat(filter.undecided()).isTrue();
    assertThat(filter.settled(now)).isFalse();
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
    answers = false;
    after(60_000);
    assertThat(passed).as("the server may stand still").isEmpty();
    answers = true;
    after(500);
    assertThat(passed).isEqualTo(ids(20, 22));
    replay("23-0");
    assertThat(passed).isEqualTo(ids(20, 23));
    assertThat(gaps).containsExactly("20-0 " + CLEARED);
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
    after(7_000);
    reopen();
    replay(ids(60, 99));
    after(7_000);
    assertThat(filter.settled(now)).as("nothing of it is new").isTrue();
    assertThat(passed).isEmpty();
    replay("102-0");
    assertThat(passed).containsExactly("102-0");
    assertThat(gaps).containsExactly("102-0 " + REPLACED);
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
    assertThat(gaps).containsExactly("7-5 " + REPLACED);
  }

  @Test
  void whenTheClockWentBackTheNewHistoryIsPassedOnceAllOfItWasReadTwice() {
    saved(ids(1_000, 1_010));
    replay(ids(500, 509));
    after(10_000);
    assertThat(filter.wantsReplay()).isTrue();
    reopen();
    replay(ids(500, 509));
    after(10_000);
    assertThat(filter.wantsReplay()).isTrue();
    assertThat(passed).isEmpty();
    reopen();
    replay(ids(501, 510));
    assertThat(passed).as("500 was trimmed meanwhile").isEqualTo(ids(501, 510));
    assertThat(gaps).containsExactly("501-0 " + REPLACED);
    assertThat(filter.heldBytes()).isZero();
  }

  @Test
  void anotherHistoryIsPassedOnceItIsProvedHoweverLongItIs() {
    saved(ids(5_000, 5_010));
    replay(ids(1, 2_000));
    replay("6000-0");
    assertThat(filter.wantsReplay()).isTrue();
    reopen();
    replay(ids(1, 2_000));
    replay("6000-0");
    assertThat(passed).hasSize(2_001);
    assertThat(gaps).containsExactly("1-0 " + REPLACED);
  }

  @Test
  void aClockThatWentBackAndForthShowsAtOnceThatTheHistoryIsAnother() {
    saved(ids(1_000, 1_010));
    replay("500-0", "501-0", "1020-0");
    assertThat(filter.wantsReplay()).as("the log may have been trimmed while it was read").isTrue();
    reopen();
    replay("500-0", "501-0", "1020-0");
    assertThat(passed).containsExactly("500-0", "501-0", "1020-0");
    assertThat(gaps).containsExactly("500-0 " + REPLACED);
  }

  @Test
  void aLogThatWasTrimmedWhileItWasReadHasAGap() {
    saved(ids(69, 100));
    replay(ids(1, 10));
    replay("200-0");
    assertThat(filter.wantsReplay()).isTrue();
    reopen();
    replay(ids(200, 209));
    assertThat(passed).isEqualTo(ids(200, 209));
    assertThat(gaps).containsExactly("200-0 " + HISTORY_FULL);
  }

  @Test
  void aDeviceThatIsNeverQuietDoesNotHideThatItsHistoryWasReplaced() {
    saved(ids(1_000_000, 1_000_010));
    for (int reading = 0; reading < 2; reading++) {
      replay(ids(500, 503));
      for (int i = 1; i < 60 && !filter.wantsReplay(); i++) {
        replay(500 + (60 * reading + i) * 1_000 + "-0");
        after(1_000);
      }
      assertThat(filter.wantsReplay()).isTrue();
      reopen();
      replay("500-0");
      if (reading == 0) {
        assertThat(passed).isEmpty();
        replay("21500-0");
      }
    }
    assertThat(passed).containsExactly("500-0");
    assertThat(gaps).containsExactly("500-0 " + REPLACED);
  }

  @Test
  void aReplacedHistoryGoesOnBelowTheOldIds() {
    saved(ids(1_000, 1_010));
    proveAnother(ids(500, 502));
    replay(ids(500, 503));
    restart();
    replay(ids(500, 505));
    assertThat(passed).isEqualTo(ids(500, 505));
    assertThat(gaps).containsExactly("500-0 " + REPLACED);
    restart();
    replay(ids(1_005, 1_010));
    assertThat(passed).as("the old one is restored").isEqualTo(ids(500, 505));
  }

  @Test
  void aReplacedHistoryOfAnyLengthIsHeldNowhere() {
    saved(ids(10_000, 10_010));
    proveAnother(ids(1, 1_000));
    replay(ids(1, 1_000));
    assertThat(passed).isEqualTo(ids(1, 1_000));
    assertThat(gaps).containsExactly("1-0 " + REPLACED);
    reopen();
    replay(ids(1, 1_001));
    assertThat(passed).isEqualTo(ids(1, 1_001));
  }

  @Test
  void silenceThatWeCausedProvesNothing() {
    saved(ids(1_000, 1_010));
    replay(ids(500, 503));
    now += 20_000;
    filter.resumed(now);
    after(5_000);
    assertThat(filter.wantsReplay()).isFalse();
    after(2_000);
    assertThat(filter.wantsReplay()).isTrue();
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
    at = 5;
    replay("d:00", "d:aa", "d:bb");
    at = 20;
    replay("d:cc", "d:dd");
    assertThat(passed).containsExactly("d:cc", "d:dd");
    after(5_000);
    replay("d:ee");
    assertThat(passed).containsExactly("d:cc", "d:dd", "d:ee");
    assertThat(gaps).isEmpty();
  }

  @Test
  void equalDigestsAreToldApartByTheirPlace() {
    at = 5;
    saved("d:aa", "d:bb", "d:aa");
    replay("d:bb", "d:aa", "d:aa", "d:cc");
    assertThat(passed).containsExactly("d:aa", "d:cc");
    restart();
    replay("d:aa", "d:aa", "d:cc", "d:cc");
    assertThat(passed).containsExactly("d:aa", "d:cc", "d:cc");
    assertThat(gaps).isEmpty();
  }

  @Test
  void digestsOfEntriesNewerThanAllThatWasPassedOnFollowAGap() {
    timing = StreamTiming.V3;
    saved("d:aa", "d:bb");
    at = 20;
    replay("d:cc", "d:dd");
    assertThat(passed).isEmpty();
    after(500);
    assertThat(passed).containsExactly("d:cc", "d:dd");
    assertThat(gaps).containsExactly("d:cc " + CLEARED);
    reopen();
    at = 30;
    List<String> full = IntStream.range(10, 20).mapToObj(i -> "d:" + i).toList();
    replay(full);
    assertThat(passed).hasSize(12).endsWith("d:19");
    assertThat(gaps).endsWith("d:10 " + HISTORY_FULL);
  }

  @Test
  void digestsOfOlderEntriesAreOldUnlessTheLogIsProvedAnother() {
    timing = StreamTiming.V3;
    saved("d:aa", "d:bb");
    at = 5;
    replay("d:01", "d:02");
    after(60_000);
    assertThat(filter.wantsReplay()).isTrue();
    reopen();
    replay("d:01", "d:02", "d:aa", "d:bb");
    assertThat(passed).isEmpty();
    proveAnother(List.of("d:03", "d:04"));
    replay("d:03", "d:04");
    assertThat(passed).containsExactly("d:03", "d:04");
    assertThat(gaps).containsExactly("d:03 " + REPLACED);
  }

  @Test
  void digestsWithoutTheNewestOneAreAnOlderHistory() {
    timing = StreamTiming.V3;
    saved("d:aa", "d:bb", "d:cc");
    at = 5;
    replay("d:00", "d:bb", "d:dd", "d:cc");
    assertThat(passed).containsExactly("d:dd");
    assertThat(gaps).containsExactly("d:dd " + REPLACED);
  }

  /** Servers before 3.16: what is live comes once. */
  @Test
  void digestsWithoutATimeAreOfAServerWithoutAHistory() {
    timing = StreamTiming.V3;
    saved("d:aa", "d:bb");
    at = -1;
    replay("d:cc", "d:dd", "d:cc");
    assertThat(passed).containsExactly("d:cc", "d:dd", "d:cc");
    assertThat(gaps).containsExactly("d:cc " + CLEARED);
  }

  @Test
  void v3HasReplayedAllWhenItIsQuietForAMoment() {
    timing = StreamTiming.V3;
    saved(ids(1, 8));
    replay(ids(1, 10));
    assertThat(filter.settled(now)).isFalse();
    after(400);
    assertThat(filter.settled(now)).isTrue();
    assertThat(passed).isEqualTo(ids(9, 10));
  }

  @Test
  void ofV3AnEmptyLogIsToldByWaitingLongerThanTheServerWaitsForAConnection() {
    timing = StreamTiming.V3;
    saved("1-0");
    after(5_000);
    assertThat(filter.settled(now)).isFalse();
    after(500);
    assertThat(filter.settled(now)).isTrue();
    assertThat(filter.foundEmpty(now)).isTrue();
  }

  @Test
  void asManyIdsAreRememberedAsTheLogWasSeenToHoldAndSomeMore() {
    saved(minutes(1, 10));
    replay(minutes(1, 10));
    for (int i = 11; i <= 60; i++) {
      after(10_000);
      replay(minutes(i, i));
    }
    assertThat(remembered()).isEqualTo(minutes(19, 60));
    reopen();
    replay(minutes(11, 110));
    assertThat(remembered()).isEqualTo(minutes(11, 110));
    for (int i = 111; i <= 300; i++) {
      after(10_000);
      replay(minutes(i, i));
    }
    assertThat(remembered()).isEqualTo(minutes(169, 300));
    reopen();
    replay(minutes(291, 300));
    after(10_000);
    replay(minutes(301, 301));
    assertThat(remembered())
        .as("the operator lets the server keep less")
        .isEqualTo(minutes(260, 301));
  }

  @Test
  void aFirstReplayIsRememberedWholeWhereverItPauses() {
    saved();
    replay(minutes(1, 3));
    after(60_000);
    replay(minutes(4, 500));
    after(60_000);
    replay(minutes(501, 1_000));
    assertThat(remembered()).isEqualTo(minutes(1, 1_000));
    replay(minutes(1_001, 3_000));
    assertThat(remembered()).hasSize(ReplayFilter.LONGEST);
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
  @Test
  void moreAtOnceThanTheLogKeepsIsReportedThoughTheStreamWasOpen() {
    saved();
    replay(ids(1, 3));
    after(60_000);
    replay(ids(22, 31));
    assertThat(filter.wantsReplay()).as("ten at once may be what was left of more").isTrue();
    after(100);
    reopen();
    replay(ids(22, 32));
    assertThat(passed).containsExactlyElementsOf(concat(ids(1, 3), ids(22, 32)));
    assertThat(gaps).containsExactly("31-0 history-full");
  }

  @Test
  void aFullBatchOfALogThatStillHoldsTheEntryBeforeItMissesNothing() {
    saved();
    replay(ids(1, 3));
    after(60_000);
    replay(ids(4, 13));
    assertThat(filter.wantsReplay()).isTrue();
    reopen();
    replay(ids(3, 12));
    after(1_000);
    replay(ids(13, 14));
    assertThat(passed).containsExactlyElementsOf(ids(1, 14));
    assertThat(gaps).isEmpty();
  }

  @Test
  void aLongLogIsNotReadAgainForEachFullBatch() {
    saved(ids(1, 100));
    for (int i = 1; i <= 160; i += 10) {
      replay(ids(i, i + 9));
      assertThat(filter.wantsReplay()).isFalse();
      after(1_000);
    }
    assertThat(passed).containsExactlyElementsOf(ids(101, 160));
    assertThat(gaps).isEmpty();
  }

  @Test
  void aReplayOfFullBatchesIsNotTakenForABurst() {
    saved(minutes(1, 5));
    for (int i = 5; i <= 44; i += 10) {
      replay(minutes(i, i + 9));
      assertThat(filter.wantsReplay()).isFalse();
      after(1_000);
    }
    assertThat(passed).containsExactlyElementsOf(minutes(6, 44));
    assertThat(gaps).isEmpty();
  }

  /** Seen of a gateway after a server had stood still: its replay takes a second for ten. */
  @Test
  void whatIsTrimmedWhileTheLogIsReplayedIsReported() {
    saved(ids(1, 12));
    replay(ids(3, 12));
    after(1_000);
    replay(ids(30, 39));
    assertThat(filter.wantsReplay()).isTrue();
    reopen();
    replay(ids(30, 39));
    assertThat(passed).containsExactlyElementsOf(ids(30, 39));
    assertThat(gaps).containsExactly("39-0 history-full");
  }

  @Test
  void aLogWhoseNewestKnownEntryIsTrimmedDuringItsReplayIsNoOtherOne() {
    saved(ids(1, 15));
    replay(ids(3, 12));
    after(1_000);
    replay(ids(40, 49));
    assertThat(passed).containsExactlyElementsOf(ids(40, 49));
    assertThat(gaps).containsExactly("40-0 history-full");
  }

  @Test
  void aRestoredLogWhoseKnownEntriesFillABatchIsAnotherOne() {
    saved(ids(1, 15));
    replay(ids(3, 12));
    after(1_000);
    replay(ids(40, 41));
    assertThat(passed).isEmpty();
    after(3_000);
    assertThat(passed).containsExactlyElementsOf(ids(40, 41));
    assertThat(gaps).containsExactly("40-0 replaced");
  }

  /** Live entries are no measure of what the log keeps. */
  @Test
  void aBusyLogIsNotTakenForALongOne() {
    saved(ids(1, 12));
    replay(ids(3, 12));
    for (int i = 1; i < 20; i++) {
      after(1_000);
      replay(ids(i * 1_000, i * 1_000 + 8));
    }
    after(1_000);
    replay(ids(30_000, 30_009));
    assertThat(filter.wantsReplay()).isTrue();
  }

  @Test
  void aLogThatKeepsOverrunningIsReadAgainOnceAMinuteAndReportedEachTime() {
    saved();
    replay(ids(1, 3));
    after(2_000);
    replay(ids(20, 29));
    reopen();
    replay(ids(20, 29));
    after(1_000);
    replay(ids(30, 31));
    after(1_000);
    replay(ids(50, 59));
    assertThat(filter.wantsReplay()).isFalse();
    after(1_000);
    replay(ids(70, 79));
    assertThat(filter.wantsReplay()).isFalse();
    assertThat(gaps).containsExactly("29-0 history-full", "59-0 history-full", "79-0 history-full");
    after(60_000);
    replay(ids(90, 99));
    assertThat(filter.wantsReplay()).isTrue();
  }

  @Test
  void aLogThatFillsEachBatchFromTheStartIsReportedOnceItIsReadLive() {
    saved();
    int next = 100_000;
    for (int second = 0; second < 60; second++) {
      replay(IntStream.range(next, next + 10).mapToObj(i -> i + "-0").toList());
      after(1_000);
      next += 1_000;
      if (filter.wantsReplay()) {
        reopen();
        next += 10_000;
      }
    }
    assertThat(gaps).hasSizeGreaterThan(10).allMatch(gap -> gap.endsWith(HISTORY_FULL));
  }

  @Test
  void aServerThatSendsAllAtOnceHasNoFullBatches() {
    timing = StreamTiming.V3;
    saved();
    replay(ids(1, 3));
    after(60_000);
    replay(ids(4, 40));
    assertThat(filter.wantsReplay()).isFalse();
    assertThat(gaps).isEmpty();
  }

  private static List<String> concat(List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

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
    EntryIds saved = EntryIds.NONE;
    for (String id : ids) {
      EntryId parsed = EntryId.parse(id);
      saved = saved.plus(EntryIds.first(parsed), EntryIds.second(parsed), 10, Integer.MAX_VALUE);
    }
    savedText = saved.text();
    restart();
  }

  private void restart() {
    filter = new ReplayFilter(EntryIdText.read(savedText), timing);
    reopen();
  }

  private void reopen() {
    now += 10_000;
    filter.opened(now);
  }

  /** Lets the log be read twice, so that the next reading passes it on. */
  private void proveAnother(List<String> ids) {
    for (int i = 0; i < 2; i++) {
      reopen();
      replay(ids);
      after(10_000);
      assertThat(filter.wantsReplay()).isTrue();
    }
    reopen();
  }

  private void replay(String... ids) {
    replay(List.of(ids));
  }

  private void replay(List<String> ids) {
    ids.forEach(id -> collect(filter.entry(Logs.up(EUI, id, at), now)));
  }

  /** Lets time pass as the streams thread sees it, in steps. */
  private void after(long millis) {
    long until = now + millis;
    while (now < until) {
      now = Math.min(until, now + 100);
      if (answers && filter.wantsAnswer(now)) {
        answered = now;
      }
      collect(filter.tick(now, answered));
    }
  }

  private void collect(List<ReplayFilter.Passed> more) {
    for (ReplayFilter.Passed one : more) {
      passed.add(one.entry().id().text());
      if (one.gap() != null) {
        gaps.add(one.entry().id().text() + " " + one.gap());
      }
      savedText = one.ids().text();
    }
  }

  private List<String> remembered() {
    EntryIds ids = EntryIdText.read(savedText);
    return IntStream.range(0, ids.size())
        .mapToObj(i -> ids.first(i) + "-" + ids.second(i))
        .toList();
  }

  /** Entries a minute apart. */
  private static List<String> minutes(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> i * 60_000L + "-0").toList();
  }

  private static List<String> ids(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> i + "-0").toList();
  }
}
