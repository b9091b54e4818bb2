package io.github.chirpconnect.feed;

/** How a dataset is read; there is an engine for each, but for what is derived. */
public enum Shape {
  /** Listed again and again: what is new, changed or gone becomes a record. */
  INVENTORY,
  /** Streamed by the server entry by entry, from a short history on. */
  LOG,
  /** Sums and means over an hour, a day or a month, read when that time is over. */
  SERIES,
  /** Made of another dataset's data as they pass by; the server knows nothing of it. */
  DERIVED
}
