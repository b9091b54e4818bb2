package io.github.chirpconnect.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void doublesFromATenthOfASecondToThirtySeconds() {
    Backoff backoff = new Backoff(() -> 0);
    assertThat(LongStream.generate(backoff::next).limit(11))
        .containsExactly(
            100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 12_800L, 25_600L, 30_000L, 30_000L);
    backoff.reset();
    assertThat(backoff.next()).isEqualTo(100);
  }

  @Test
  void takesUpToHalfOffAtRandom() {
    assertThat(new Backoff(() -> 0.999).next()).isEqualTo(51);
  }
}
