package io.github.chirpconnect.source.handover;

import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;

/** What waits in the queue to be handed to Connect. */
public interface Handed {
  /** Rough size of an object with a few fields and references. */
  int OVERHEAD = 200;

  /** About how much heap it holds. */
  long bytes();

  /**
   * Adds its records, with their offsets; none where there is nothing to write. Called once, on
   * Connect's thread, in the order of the queue: what was added is what Connect has been given, and
   * that alone may be in an offset.
   *
   * @throws org.apache.kafka.connect.errors.ConnectException naming what cannot be mapped; never
   *     because of what ChirpStack says, which is mapped in a generic form at least
   */
  void addTo(List<SourceRecord> batch);
}
