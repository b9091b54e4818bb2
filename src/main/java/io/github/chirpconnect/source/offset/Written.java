package io.github.chirpconnect.source.offset;

import java.time.Instant;

/**
 * What a ledger knows of an entity.
 *
 * @param state the fingerprint of its last record; empty when it has to be written; what says that
 *     it is gone, and since when
 * @param topic where its last record is; null where it is in the topic of all of its feed
 */
record Written(String state, String topic) {
  private static final char GONE = '-';
  private static final String NOT_HERE = "";

  /** As one that is gone. */
  Written gone(Instant at) {
    return new Written(GONE + Long.toString(at.toEpochMilli(), Character.MAX_RADIX), topic);
  }

  /** As it is for a configuration by which its topic is another one. */
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
   * @throws IllegalArgumentException when its state does not say a time
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
