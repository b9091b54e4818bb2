package io.github.chirpconnect.source.offset;

import java.time.Instant;

/**
 * What a ledger knows about an entity.
 *
 * @param state the fingerprint of its last record; empty if it must be written; a mark and a time
 *     if it is deleted
 * @param topic of its last record; null if it is the one topic of the feed
 */
record Written(String state, String topic) {
  private static final char GONE = '-';
  private static final String NOT_HERE = "";

  /** The same, deleted. */
  Written gone(Instant at) {
    return new Written(GONE + Long.toString(at.toEpochMilli(), Character.MAX_RADIX), topic);
  }

  /** The same, for a configuration that gives it another topic. */
  Written elsewhere(String formerTopic) {
    return new Written(isGone() ? state : NOT_HERE, topic == null ? formerTopic : topic);
  }

  boolean isGone() {
    return !state.isEmpty() && state.charAt(0) == GONE;
  }

  boolean isToBeWritten() {
    return state.equals(NOT_HERE);
  }

  /**
   * @throws IllegalArgumentException if its state is not a deletion
   */
  Instant goneAt() {
    try {
      return Instant.ofEpochMilli(Long.parseLong(state, 1, state.length(), Character.MAX_RADIX));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + state + "' in a ledger is not - and a time, in milliseconds in base 36", e);
    }
  }
}
