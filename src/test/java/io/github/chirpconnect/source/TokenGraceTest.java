package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenGraceTest {
  private static final Duration GRACE = Duration.ofSeconds(60);
  private final ManualClock clock = new ManualClock();

  @Test
  void aRefusedKeyOfTheConfigurationIsBorneWithForTheGrace() {
    TokenGrace grace = new TokenGrace(clock, clock, GRACE, false);
    grace.refused("the key was deleted");
    clock.advance(GRACE.minusMillis(1));
    grace.refused("the key was deleted");
    assertThat(grace.expired()).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(grace.expired())
        .hasValueSatisfying(
            message ->
                assertThat(message).contains("chirpstack.token", "restart", "the key was deleted"));
  }

  @Test
  void successEndsTheGrace() {
    TokenGrace grace = new TokenGrace(clock, clock, GRACE, false);
    grace.refused("no");
    clock.advance(GRACE.minusSeconds(1));
    grace.accepted();
    grace.refused("no");
    clock.advance(Duration.ofSeconds(30));
    assertThat(grace.expired()).isEmpty();
    assertThat(grace.inDoubt()).isTrue();
  }

  @Test
  void aKeyFileIsWaitedForWithoutEnd() {
    TokenGrace grace = new TokenGrace(clock, clock, GRACE, true);
    grace.refused("no");
    clock.advance(Duration.ofDays(1));
    assertThat(grace.expired()).isEmpty();
  }

  @Test
  void withoutAGraceTheFirstRefusalCounts() {
    TokenGrace grace = new TokenGrace(clock, clock, Duration.ZERO, false);
    assertThat(grace.expired()).isEmpty();
    grace.refused("no");
    assertThat(grace.expired()).isPresent();
  }
}
