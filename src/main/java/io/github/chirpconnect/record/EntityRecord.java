package io.github.chirpconnect.record;

import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.connect.source.SourceRecord;

/** A record of an entity without its offset, which may have to name the topic. */
public final class EntityRecord {
  private final String home;
  private final boolean readable;
  private final BiFunction<Map<String, String>, Map<String, String>, SourceRecord> at;

  EntityRecord(
      String home,
      boolean readable,
      BiFunction<Map<String, String>, Map<String, String>, SourceRecord> at) {
    this.home = home;
    this.readable = readable;
    this.at = at;
  }

  /** The topic of the entity's readable records. */
  public String home() {
    return home;
  }

  /**
   * Whether this record goes there. An unreadable one goes elsewhere and leaves the last readable
   * record as it is.
   */
  public boolean isReadable() {
    return readable;
  }

  public SourceRecord at(Map<String, String> partition, Map<String, String> offset) {
    return at.apply(partition, offset);
  }
}
