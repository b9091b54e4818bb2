package io.github.chirpconnect.record;

import java.util.Locale;

/** What is written when an entity is deleted. */
public enum Deletes {
  /** A key without a value. Readers that keep the last value of each key drop it. */
  TOMBSTONE,
  /** A last record with {@code deleted} = true. Readers that only append see it as well. */
  RECORD,
  /** The record, then the tombstone. */
  BOTH;

  boolean haveRecord() {
    return this != TOMBSTONE;
  }

  boolean haveTombstone() {
    return this != RECORD;
  }

  /**
   * @param name as it is configured
   */
  public static Deletes named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
