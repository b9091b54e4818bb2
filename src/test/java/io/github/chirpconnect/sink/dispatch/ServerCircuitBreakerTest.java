package io.github.chirpconnect.sink.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.testing.ManualTime;
import java.time.Duration;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

class ServerCircuitBreakerTest {
  private final ServerCircuitBreaker availability =
      new ServerCircuitBreaker(
          Duration.ofMinutes(5),
          new AuthGracePeriod(new ManualTime().clocks(), Duration.ofMinutes(1), true),
          () -> 0.5);

  @Test
  void aServerThatRefusesTheKeyIsNotCalledAway() {
    try (CapturedLog log = new CapturedLog(Level.INFO)) {
      availability.tokenRefused(availability.begin(), 0, "because");
      availability.tokenRefused(availability.begin(), 100, "because");
      assertThat(availability.permitsCall(100)).isFalse();
      availability.answered(availability.begin());

      assertThat(log.lines()).hasSize(2);
      assertThat(log.lines().get(0))
          .contains("ChirpStack has refused the API key since ")
          .endsWith("the task waits for a new one in the file: because");
      assertThat(log.lines().get(1)).contains("ChirpStack accepts the API key again");
    }
  }

  @Test
  void aServerIsAwayFromTheSecondCallOnThatItDoesNotAnswer() {
    try (CapturedLog log = new CapturedLog(Level.INFO)) {
      availability.failed(availability.begin(), 0, "because");
      assertThat(log.lines()).isEmpty();
      availability.failed(availability.begin(), 100, "because");
      assertThat(availability.permitsCall(100)).isFalse();

      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().get(0)).endsWith("ChirpStack does not answer, trying again: because");
    }
  }

  @Test
  void aServerThatStaysAwayIsSaidOnceAMinuteWithTheReasonOfThatTime() {
    try (CapturedLog log = new CapturedLog(Level.INFO)) {
      for (long second = 0; second <= 120; second++) {
        availability.failed(availability.begin(), 1_000 * second, "reason " + second);
      }

      assertThat(log.lines()).hasSize(2);
      assertThat(log.lines().get(0)).endsWith("does not answer, trying again: reason 1");
      assertThat(log.lines().get(1)).endsWith("does not answer, trying again: reason 61");
    }
  }
}
