package io.github.chirpconnect.record.derived;

import java.util.List;

/**
 * The rows of an event.
 *
 * @param leftOut the number of rows that exceed a limit
 */
public record DerivedRows(List<DerivedRow> all, int leftOut) {
  public static final DerivedRows NONE = new DerivedRows(List.of(), 0);
}
