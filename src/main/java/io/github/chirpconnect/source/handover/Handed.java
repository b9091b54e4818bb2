package io.github.chirpconnect.source.handover;

import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;

/** An item that waits to be handed to Connect. */
public interface Handed {
  /** Rough size of an object with a few fields and references. */
  int OVERHEAD = 200;

  /** Approximate heap that it uses. */
  long bytes();

  /**
   * Adds its records with their offsets; none if there is nothing to write. Called once, on
   * Connect's thread, in the order of the queue. What was added was handed to Connect; offsets
   * contain nothing else.
   *
   * @throws org.apache.kafka.connect.errors.ConnectException naming what cannot be mapped; never
   *     because of what ChirpStack says, which is mapped at least in a generic form
   */
  void addTo(List<SourceRecord> batch);
}
