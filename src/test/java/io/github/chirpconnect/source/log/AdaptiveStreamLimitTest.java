package io.github.chirpconnect.source.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdaptiveStreamLimitTest {
  private static final long T = 1_000_000;

  private final AdaptiveStreamLimit budget = new AdaptiveStreamLimit(StreamTiming.V3, 8);

  @Test
  void aRefusalHalvesIt() {
    budget.refused(T - 4_000, 7, T);
    assertThat(budget.places()).isEqualTo(4);
    budget.refused(T + 6_000, 3, T + 10_000);
    assertThat(budget.places()).isEqualTo(2);
  }

  @Test
  void whatWorkedWhenTheServerWasFullIsTooMuch() {
    budget.refused(T - 4_000, 2, T);
    assertThat(budget.places()).isEqualTo(1);
  }

  @Test
  void onePlaceIsAlwaysLeft() {
    budget.refused(T - 4_000, 0, T);
    budget.refused(T + 6_000, 0, T + 10_000);
    assertThat(budget.places()).isEqualTo(1);
  }

  @Test
  void streamsAskedForTogetherAreRefusedTogetherAndCountOnce() {
    for (int i = 0; i < 4; i++) {
      budget.refused(T - 4_000, 7, T + i);
    }
    assertThat(budget.places()).isEqualTo(4);
  }

  @Test
  void opensNothingForAWhileAfterwardsLongerEachTime() {
    budget.refused(T - 4_000, 7, T);
    assertThat(budget.mayOpen(T + StreamTiming.V3.refusals().pause() - 1)).isFalse();
    assertThat(budget.mayOpen(T + StreamTiming.V3.refusals().pause())).isTrue();
    budget.refused(T + 6_000, 0, T + 10_000);
    assertThat(budget.mayOpen(T + 10_000 + 2 * StreamTiming.V3.refusals().pause() - 1)).isFalse();
    budget.worked(T + 9_000);
    budget.refused(T + 30_000, 0, T + 34_000);
    assertThat(budget.mayOpen(T + 34_000 + StreamTiming.V3.refusals().longestPause())).isTrue();
    budget.worked(T + 40_000);
    budget.refused(T + 50_000, 0, T + 54_000);
    assertThat(budget.mayOpen(T + 54_000 + StreamTiming.V3.refusals().pause()))
        .as("a stream worked in between")
        .isTrue();
  }

  @Test
  void growsBackSlowlyAndMoreSlowlyAfterEachFailure() {
    budget.refused(T - 4_000, 3, T);
    assertThat(budget.places()).isEqualTo(2);
    budget.tick(T + StreamTiming.V3.refusals().growAfter() - 1);
    assertThat(budget.places()).isEqualTo(2);
    long grown = T + StreamTiming.V3.refusals().growAfter();
    budget.tick(grown);
    assertThat(budget.places()).isEqualTo(3);
    budget.refused(grown + 1, 2, grown + 4_001);
    assertThat(budget.places()).isEqualTo(1);
    budget.tick(grown + 4_001 + 2 * StreamTiming.V3.refusals().growAfter() - 1);
    assertThat(budget.places()).isEqualTo(1);
    for (int i = 0; i < 20; i++) {
      budget.tick(grown + 4_001 + (i + 1) * 2L * StreamTiming.V3.refusals().growAfter());
    }
    assertThat(budget.places()).isEqualTo(8);
  }

  @Test
  void whereStreamsHoldNothingARefusalTakesHalfAndIsSoonForgotten() {
    AdaptiveStreamLimit cheap = new AdaptiveStreamLimit(StreamTiming.V4, 500);
    for (int i = 0; i < 48; i++) {
      cheap.refused(T - 4_000, 0, T + i);
    }
    assertThat(cheap.places()).as("all were cut off and refused at once").isEqualTo(250);
    assertThat(cheap.mayOpen(T + 48 + StreamTiming.V4.refusals().pause())).isTrue();
    for (int i = 1; i <= 10; i++) {
      cheap.refused(T + i * 5_000L, 0, T + i * 5_000L + 1);
    }
    assertThat(cheap.places()).isEqualTo(62);
    assertThat(cheap.mayOpen(T + 50_001 + StreamTiming.V4.refusals().longestPause())).isTrue();
    for (int i = 1; i <= 8; i++) {
      cheap.tick(T + 50_001 + i * 12L * StreamTiming.V4.refusals().growAfter());
    }
    assertThat(cheap.places()).isEqualTo(500);
  }
}
