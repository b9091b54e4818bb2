package io.github.chirpconnect.source.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
  private final CircuitBreaker gate = new CircuitBreaker(1_000, 60_000, () -> 0);

  @Test
  void opensWithTheFirstSuccessfulProbe() {
    assertThat(gate.isOpen()).isFalse();
    assertThat(gate.takeProbe(1_000)).isTrue();
    assertThat(gate.takeProbe(1_000)).as("one at a time").isFalse();
    gate.probeSucceeded(1_010);
    assertThat(gate.isOpen()).isTrue();
  }

  @Test
  void asksEveryMinuteWhileAllIsWell() {
    up(2_000);
    assertThat(gate.takeProbe(61_999)).isFalse();
    assertThat(gate.takeProbe(62_000)).isTrue();
    assertThat(gate.isOpen()).as("asking closes nothing").isTrue();
  }

  @Test
  void aThousandEndsCauseOneProbeAtOnce() {
    up(2_000);
    for (int i = 0; i < 1_000; i++) {
      gate.trouble(10_000);
    }
    assertThat(gate.isOpen()).isFalse();
    assertThat(gate.closedAt()).isEqualTo(10_000);
    assertThat(gate.takeProbe(10_000)).isTrue();
    assertThat(gate.takeProbe(10_000)).isFalse();
  }

  @Test
  void probesThatSucceedAreASecondApartHoweverOftenStreamsEnd() {
    up(2_000);
    gate.trouble(2_100);
    assertThat(gate.takeProbe(2_999)).isFalse();
    assertThat(gate.takeProbe(3_000)).isTrue();
  }

  @Test
  void anAbsentServerIsAskedEverMoreSeldomARefusedKeyEveryFewSeconds() {
    fail(1_000, false);
    assertThat(gate.takeProbe(1_099)).isFalse();
    fail(1_100, false);
    fail(1_300, false);
    for (int i = 0; i < 10; i++) {
      fail(1_000_000L * (i + 1), false);
    }
    assertThat(gate.takeProbe(10_029_999)).isFalse();
    fail(10_030_000, true);
    for (int i = 0; i < 10; i++) {
      fail(20_000_000L * (i + 1), true);
    }
    assertThat(gate.takeProbe(200_004_999)).isFalse();
    assertThat(gate.takeProbe(200_005_000)).isTrue();
  }

  private void up(long at) {
    assertThat(gate.takeProbe(at)).isTrue();
    gate.probeSucceeded(at);
  }

  private void fail(long at, boolean tokenRefused) {
    assertThat(gate.takeProbe(at)).isTrue();
    gate.probeFailed(at, tokenRefused);
  }
}
