package io.github.chirpconnect.source.handover;

import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.source.log.ReplayFilter;
import java.time.Instant;

/** What waits to be handed to Connect. */
public sealed interface Handed {
  /** Rough size of an object with a few fields and references. */
  int OVERHEAD = 200;

  /** About how much heap it holds. */
  long bytes();

  static long bytes(LogEntry entry) {
    return (long) OVERHEAD + entry.text().length();
  }

  /** A new entry of a log. */
  record Entry(ReplayFilter.Passed passed) implements Handed {
    @Override
    public long bytes() {
      return Handed.bytes(passed.entry());
    }
  }

  /** A device that is new or has changed. */
  record Changed(Device device, String fingerprint) implements Handed {
    @Override
    public long bytes() {
      return 4 * OVERHEAD;
    }
  }

  /** A device that is no longer in the inventory. */
  record Gone(String devEui, Instant at) implements Handed {
    @Override
    public long bytes() {
      return OVERHEAD;
    }
  }

  /** A device that has been gone for so long that nothing of it is kept. */
  record Forgotten(String devEui) implements Handed {
    @Override
    public long bytes() {
      return OVERHEAD;
    }
  }
}
