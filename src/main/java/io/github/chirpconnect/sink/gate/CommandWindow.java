package io.github.chirpconnect.sink.gate;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.DailyWindow;
import io.github.chirpconnect.config.GateConfig;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.time.Duration;
import java.time.Instant;

/** Permits commands only at a configured time of day. */
final class CommandWindow implements Gate {
  private final DailyWindow window;
  private final Clocks clocks;

  CommandWindow(DailyWindow window, Clocks clocks) {
    this.window = window;
    this.clocks = clocks;
  }

  @Override
  public String key() {
    return GateConfig.WINDOW;
  }

  @Override
  public boolean closesByItself() {
    return true;
  }

  @Override
  public Answer ask(PendingCommand pending) {
    Instant now = clocks.now();
    if (window.contains(now)) {
      return Open.AT_ONCE;
    }
    Instant opening = window.opensAfter(now);
    return new Closed(
        Duration.between(now, opening).toMillis() + 1,
        "it is outside of " + window + ", which opens at " + opening);
  }
}
