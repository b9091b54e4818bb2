package io.github.chirpconnect.feed;

/** How a dataset is read. Each has an engine, except {@link #DERIVED}. */
public enum Shape {
  /** Listed repeatedly: what is new, changed or deleted becomes a record. */
  INVENTORY,
  /** Streamed by the server entry by entry, from a short history on. */
  LOG,
  /** Sums and means over an hour, a day or a month, read when that time is over. */
  SERIES,
  /** Made by the connector from the data of another dataset. */
  DERIVED
}
