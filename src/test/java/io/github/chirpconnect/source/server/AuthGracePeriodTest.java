package io.github.chirpconnect.source.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.source.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AuthGracePeriodTest {
  private static final Duration GRACE = Duration.ofSeconds(60);
  private final ManualClock clock = new ManualClock();

  @Test
  void aRefusedKeyOfTheConfigurationIsBorneWithForTheGrace() {
    AuthGracePeriod grace = new AuthGracePeriod(clock, clock, GRACE, false);
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
    AuthGracePeriod grace = new AuthGracePeriod(clock, clock, GRACE, false);
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
    AuthGracePeriod grace = new AuthGracePeriod(clock, clock, GRACE, true);
    grace.refused("no");
    clock.advance(Duration.ofDays(1));
    assertThat(grace.expired()).isEmpty();
  }

  @Test
  void withoutAGraceTheFirstRefusalCounts() {
    AuthGracePeriod grace = new AuthGracePeriod(clock, clock, Duration.ZERO, false);
    assertThat(grace.expired()).isEmpty();
    grace.refused("no");
    assertThat(grace.expired()).isPresent();
  }
}
