package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.source.offset.EntryIds;

/**
 * Whether entries arrive as slowly as they were written: then they are written now. A replay,
 * however slow the link, delivers the entries of hours within minutes. Needed for devices that are
 * never silent.
 */
final class Pace {
  /** The observed time, in milliseconds. */
  private static final long WATCHED_MS = 20_000;

  private boolean started;
  private boolean live;
  private long arrived;
  private long written;

  /** A stream was opened. */
  void start() {
    started = false;
    live = false;
  }

  void entry(LogEntry entry, long now) {
    long time = entry.id() instanceof EntryId.Sequenced id ? id.millis() : EntryIds.time(entry);
    long took = now - arrived;
    if (started && took < WATCHED_MS) {
      return;
    }
    long wrote = time - written;
    live = started && time != EntryIds.NO_TIME && wrote >= took / 2 && wrote <= took * 2;
    started = time != EntryIds.NO_TIME;
    arrived = now;
    written = time;
  }

  boolean live() {
    return live;
  }
}
