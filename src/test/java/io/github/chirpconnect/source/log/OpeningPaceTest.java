package io.github.chirpconnect.source.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpeningPaceTest {
  private final OpeningPace pace = new OpeningPace(1);

  @Test
  void aServerThatAnswersAsQuicklyAsItCanIsAskedForMore() {
    assertThat(ticks(1, 20)).isEqualTo(20);
    assertThat(ticks(100, 20)).isEqualTo(200);
  }

  @Test
  void aLongWayIsNoReasonForFewer() {
    assertThat(ticks(100, 400)).isEqualTo(200);
  }

  @Test
  void whenAnswersTakeLongerFewerAreAskedFor() {
    ticks(100, 10);
    assertThat(ticks(3, 75)).isLessThan(120);
    assertThat(ticks(100, 500)).isEqualTo(4);
    assertThat(ticks(100, 10)).as("and more when they are quick again").isEqualTo(200);
  }

  @Test
  void whatIsNotNeededDoesNotGrow() {
    for (int i = 0; i < 100; i++) {
      assertThat(pace.next(0)).isEqualTo(20);
      pace.answered(10);
    }
  }

  @Test
  void whatIsNotAnsweredYetCounts() {
    assertThat(pace.next(15)).isEqualTo(5);
    assertThat(pace.next(20)).isZero();
    assertThat(pace.next(30)).isZero();
  }

  @Test
  void aServerThatAnswersNoStreamOfAnEmptyLogIsNotWaitedForLong() {
    assertThat(pace.waitsForMillis()).isEqualTo(200);
    pace.answered(100);
    assertThat(pace.waitsForMillis()).as("it is far away").isEqualTo(400);
  }

  @Test
  void aServerThatComesBackIsMetAsAtFirst() {
    ticks(100, 10);
    pace.reset();
    assertThat(pace.next(0)).isEqualTo(20);
  }

  /** The way has become longer for good: that is not the server's load. */
  @Test
  void theQuickestAnswerIsForgottenInTime() {
    ticks(10, 10);
    assertThat(ticks(30, 300)).isEqualTo(4);
    assertThat(ticks(1_400, 300)).isEqualTo(200);
  }

  @Test
  void tasksShareThePace() {
    OpeningPace one = new OpeningPace(40);
    assertThat(one.next(0)).isEqualTo(1);
    for (int i = 0; i < 100; i++) {
      one.answered(10);
      one.usedUp();
      assertThat(one.next(0)).isBetween(1, 5);
    }
  }

  /** Opens all that may be, so many times; returns how many in the last tick. */
  private int ticks(int times, long millis) {
    int opened = 0;
    for (int i = 0; i < times; i++) {
      opened = pace.next(0);
      pace.usedUp();
      pace.answered(millis);
    }
    return opened;
  }
}
