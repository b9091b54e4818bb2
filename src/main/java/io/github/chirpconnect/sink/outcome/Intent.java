package io.github.chirpconnect.sink.outcome;

import java.util.Locale;

/**
 * What a task writes of a command before it has an outcome, so that the next task knows after a
 * crash which calls may have been made.
 */
public enum Intent {
  /** Its call is made next. */
  SENDING,
  /** Its call was certainly not carried out, and is to be made again. */
  WAITING;

  /** As in the outcome topic. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
