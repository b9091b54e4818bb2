package io.github.chirpconnect.sink;

import java.util.Locale;

/**
 * What became of a command.
 *
 * @param queueItemId null where none is known
 * @param reason null where there is nothing to explain
 */
record Outcome(Kind kind, String queueItemId, String reason) {

  enum Kind {
    /** It is in the device's queue, or the queue was flushed. */
    ACCEPTED,
    /** It will never succeed. */
    REJECTED,
    /** Too old to be sent. */
    EXPIRED,
    /** It may or may not have been queued, and is not sent again. */
    UNKNOWN,
    /** It was dealt with before. */
    SKIPPED;

    /** Whether the record goes to the errant record reporter. */
    boolean isError() {
      return this == REJECTED || this == EXPIRED || this == UNKNOWN;
    }

    /** As in the outcome topic. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Outcome accepted(String queueItemId) {
    return new Outcome(Kind.ACCEPTED, queueItemId, null);
  }

  static Outcome found(String queueItemId) {
    return new Outcome(Kind.ACCEPTED, queueItemId, "found in the device's queue");
  }

  static Outcome skipped(String reason) {
    return new Outcome(Kind.SKIPPED, null, reason);
  }

  static Outcome rejected(String reason) {
    return new Outcome(Kind.REJECTED, null, reason);
  }

  static Outcome expired(String reason) {
    return new Outcome(Kind.EXPIRED, null, reason);
  }

  static Outcome unknown(String reason) {
    return new Outcome(Kind.UNKNOWN, null, "unknown whether it was queued: " + reason);
  }
}
