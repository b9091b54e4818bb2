package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamBudgetTest {
  private static final long T = 1_000_000;

  private final StreamBudget budget = new StreamBudget(8);

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
    assertThat(budget.mayOpen(T + StreamBudget.FIRST_PAUSE_MS - 1)).isFalse();
    assertThat(budget.mayOpen(T + StreamBudget.FIRST_PAUSE_MS)).isTrue();
    budget.refused(T + 6_000, 0, T + 10_000);
    assertThat(budget.mayOpen(T + 10_000 + 2 * StreamBudget.FIRST_PAUSE_MS - 1)).isFalse();
    budget.worked(T + 9_000);
    budget.refused(T + 30_000, 0, T + 34_000);
    assertThat(budget.mayOpen(T + 34_000 + StreamBudget.LONGEST_PAUSE_MS)).isTrue();
    budget.worked(T + 40_000);
    budget.refused(T + 50_000, 0, T + 54_000);
    assertThat(budget.mayOpen(T + 54_000 + StreamBudget.FIRST_PAUSE_MS))
        .as("a stream worked in between")
        .isTrue();
  }

  @Test
  void growsBackSlowlyAndMoreSlowlyAfterEachFailure() {
    budget.refused(T - 4_000, 3, T);
    assertThat(budget.places()).isEqualTo(2);
    budget.tick(T + StreamBudget.FIRST_GROWTH_MS - 1);
    assertThat(budget.places()).isEqualTo(2);
    long grown = T + StreamBudget.FIRST_GROWTH_MS;
    budget.tick(grown);
    assertThat(budget.places()).isEqualTo(3);
    budget.refused(grown + 1, 2, grown + 4_001);
    assertThat(budget.places()).isEqualTo(1);
    budget.tick(grown + 4_001 + 2 * StreamBudget.FIRST_GROWTH_MS - 1);
    assertThat(budget.places()).isEqualTo(1);
    for (int i = 0; i < 20; i++) {
      budget.tick(grown + 4_001 + (i + 1) * 2 * StreamBudget.FIRST_GROWTH_MS);
    }
    assertThat(budget.places()).isEqualTo(8);
  }
}
