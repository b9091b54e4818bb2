package io.github.chirpconnect.source.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.ChirpStack;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PulseTest {
  private long now = 1_000_000;
  private CompletableFuture<Void> answer;
  private final Pulse pulse = new Pulse(server(), () -> now, Runnable::run);

  @Test
  void beatsAsLongAsTheServerAnswers() {
    long first = answerAfter(10);

    for (int i = 0; i < 10; i++) {
      answerAfter(10);
    }

    assertThat(pulse.beats(now)).isTrue();
    assertThat(pulse.beatsSince()).isEqualTo(first);
  }

  /** Its silence adds up to as much as that of any other: else no log would ever count as quiet. */
  @Test
  void beatsOnALinkOnWhichEachAnswerTakesSeconds() {
    long first = answerAfter(3_000);

    for (int i = 0; i < 10; i++) {
      answerAfter(3_000);
    }

    assertThat(pulse.beats(now)).isTrue();
    assertThat(pulse.beatsSince()).isEqualTo(first);
  }

  @Test
  void beatsAnewAfterAStandstill() {
    answerAfter(10);

    long woken = answerAfter(8_000);

    assertThat(pulse.beatsSince()).isEqualTo(woken);
  }

  /** One long answer is no slow link. */
  @Test
  void noticesTheNextStandstillAsWell() {
    answerAfter(10);
    answerAfter(8_000);
    answerAfter(10);

    long woken = answerAfter(8_000);

    assertThat(pulse.beatsSince()).isEqualTo(woken);
  }

  @Test
  void doesNotBeatWhileNothingIsAnswered() {
    answerAfter(10);

    now += 2_500;

    assertThat(pulse.beats(now)).isFalse();
  }

  /** Somebody waits for silence until the server is asked, and then answers. */
  private long answerAfter(long roundTrip) {
    answer = null;
    while (answer == null) {
      pulse.ask(now);
      if (answer == null) {
        now += 100;
      }
    }
    now += roundTrip;
    answer.complete(null);
    return now;
  }

  private ChirpStack server() {
    return (ChirpStack)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ChirpStack.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("probe")) {
                throw new AssertionError("nothing else is asked: " + method);
              }
              answer = new CompletableFuture<>();
              return answer;
            });
  }
}
