package io.github.chirpconnect.record;

import java.util.Locale;

/** What is written when an entity is gone. */
public enum Deletes {
  /** A key without a value: readers that keep the last value of each key drop it. */
  TOMBSTONE,
  /** A last record that says so: readers that only append see it too. */
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
