package io.github.chirpconnect.record.derived;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.Mapped;

/** Makes the rows of a derived feed from events. Safe for use by many threads. */
public interface RowMaker {

  Feed feed();

  /** Whether events of this kind may have rows. */
  boolean isMadeOf(String kind);

  /**
   * @param event an unreadable one has no rows
   * @param gap why entries are missing before it; null if none are
   */
  DerivedRows of(Mapped event, String gap);

  /** Whether what names the row is short enough for the indexes of databases. */
  default boolean isIndexable(DerivedRow row) {
    return true;
  }
}
