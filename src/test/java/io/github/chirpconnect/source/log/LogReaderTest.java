package io.github.chirpconnect.source.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.source.offset.Positions;
import org.junit.jupiter.api.Test;

class LogReaderTest {
  private final OpeningPace pace = new OpeningPace(1);
  private final LogReader reader =
      new LogReader(
          "0101010101010101",
          LogKind.EVENTS,
          StreamTiming.V4,
          new StreamGroup.Dependencies(
              null,
              new Positions(null),
              null,
              null,
              null,
              null,
              null,
              pace,
              null,
              null,
              () -> 0,
              () -> 0,
              Runnable::run));

  /** A busy worker would make a quick server look slow, and a slow one quick. */
  @Test
  void whatWaitsForTheStreamsThreadIsNoPartOfTheServersAnswer() {
    reader.opening(1_000);
    reader.sent(1_010, 1_900);
    reader.answered(1_310);
    assertThat(pace.waitsForMillis()).as("four times the answer").isEqualTo(1_200);
  }
}
