package io.github.chirpconnect.source.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.source.log.IdleEnds.Kind;
import org.junit.jupiter.api.Test;

class IdleEndsTest {
  @Test
  void theThirdEndAfterTheSameSilenceShowsATimeoutOnTheWay() {
    IdleEnds ends = new IdleEnds(Long.MAX_VALUE);
    assertThat(ends.ended(60_000, 100_000)).isEqualTo(Kind.UNUSUAL);
    assertThat(ends.ended(60_500, 100_500)).as("together with the first").isEqualTo(Kind.UNUSUAL);
    assertThat(ends.ended(59_500, 110_000)).isEqualTo(Kind.UNUSUAL);
    assertThat(ends.ended(60_100, 120_000)).isEqualTo(Kind.RULE_FOUND);
    assertThat(ends.ended(60_000, 130_000)).isEqualTo(Kind.USUAL);
    assertThat(ends.ended(30_000, 140_000)).isEqualTo(Kind.UNUSUAL);
  }

  @Test
  void whatTheConnectorEndsItselfIsNoProxys() {
    IdleEnds ends = new IdleEnds(300_000);
    assertThat(ends.ended(300_100, 400_000)).isEqualTo(Kind.OWN);
    for (int i = 1; i < 5; i++) {
      assertThat(ends.ended(300_100, 400_000 + i * 10_000L)).isEqualTo(Kind.USUAL);
    }
    assertThat(ends.ended(60_000, 800_000)).isEqualTo(Kind.UNUSUAL);
  }
}
