package io.github.chirpconnect.record.derived;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.Mapped;

/** Makes the rows of a derived feed from events. Safe for use by many threads. */
public interface RowMaker {

  Feed feed();

  /**
   * An event comes next, before the other methods are called for it.
   *
   * @param follows whether none is missing between the device's event before and this one
   */
  default void next(LogEntry event, boolean follows) {
    // Not needed where each event is enough for its rows.
  }

  /** Whether the event may have rows. */
  boolean isMadeOf(LogEntry event);

  /**
   * @param event an unreadable one has no rows
   * @param gap why entries are missing before it; null if none are
   */
  DerivedRows of(Mapped event, String gap);

  /** Whether the text that identifies the row is short enough for the indexes of databases. */
  default boolean isIndexable(DerivedRow row) {
    return true;
  }
}
