package io.github.chirpconnect.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.testing.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AuthGracePeriodTest {
  private static final Duration GRACE = Duration.ofSeconds(60);
  private final ManualTime time = new ManualTime();

  @Test
  void aKeyOfTheConfigurationThatIsRefusedAtTheEndOfTheGraceFailsTheTask() {
    AuthGracePeriod grace = grace(GRACE, false);
    grace.refused("the key was deleted");
    long end = grace.endsAt().orElseThrow();
    time.advance(GRACE.minusMillis(1));
    grace.refused("the key was deleted");
    assertThat(grace.expired()).isEmpty();
    time.advance(Duration.ofMillis(1));
    assertThat(time.steadyMillis()).isEqualTo(end);
    assertThat(grace.expired()).as("it may be a good one by now").isEmpty();
    grace.refused("the key was deleted");
    assertThat(grace.expired())
        .hasValueSatisfying(
            message ->
                assertThat(message).contains("chirpstack.token", "restart", "the key was deleted"));
  }

  @Test
  void successEndsTheGrace() {
    AuthGracePeriod grace = grace(GRACE, false);
    grace.refused("no");
    time.advance(GRACE.minusSeconds(1));
    grace.accepted();
    assertThat(grace.refusedSince()).isEmpty();
    grace.refused("no");
    time.advance(Duration.ofSeconds(30));
    grace.refused("no");
    assertThat(grace.expired()).isEmpty();
    assertThat(grace.refusedForMs()).isEqualTo(30_000);
  }

  @Test
  void anOutageEndsTheGrace() {
    AuthGracePeriod grace = grace(GRACE, false);
    grace.refused("no database");
    grace.reset();
    time.advance(Duration.ofHours(1));
    grace.refused("no database yet");
    assertThat(grace.expired()).isEmpty();
  }

  @Test
  void aMachineThatSleepsUsesUpNoGrace() {
    AuthGracePeriod grace = grace(GRACE, false);
    grace.refused("no");
    time.sleep(Duration.ofHours(1));
    grace.refused("no");
    assertThat(grace.expired()).isEmpty();
  }

  @Test
  void aKeyFileIsWaitedForWithoutEnd() {
    AuthGracePeriod grace = grace(GRACE, true);
    grace.refused("no");
    time.advance(Duration.ofDays(1));
    grace.refused("no");
    assertThat(grace.expired()).isEmpty();
    assertThat(grace.endsAt()).isEmpty();
  }

  @Test
  void withoutAGraceTheFirstRefusalCounts() {
    AuthGracePeriod grace = grace(Duration.ZERO, false);
    assertThat(grace.expired()).isEmpty();
    grace.refused("no");
    assertThat(grace.expired()).isPresent();
  }

  private AuthGracePeriod grace(Duration grace, boolean fromFile) {
    return new AuthGracePeriod(time.clocks(), grace, fromFile);
  }
}
