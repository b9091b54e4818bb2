package io.github.chirpconnect.record.measurement;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.kafka.connect.data.Struct;

/**
 * A value of a row: a number, a text or a truth value, and the others are null.
 *
 * @param value of a number, the nearest double; null of one that none is near
 * @param text of a text; also of a whole number that no double holds, all its digits
 */
record Measured(Double value, String text, Boolean bool) {
  /** Up to here a double holds each whole number. */
  private static final long EXACT_MAX = 1L << 53;

  /** PostgreSQL has no room for it, and codecs leave it behind texts that C has ended with it. */
  private static final char NUL = 0;

  private static final char REPLACEMENT = '\ufffd';

  static Measured number(double value) {
    // There is no negative zero, as in JSON text of records.
    return new Measured(value + 0.0, null, null);
  }

  /** The number that is printed as the float is. */
  static Measured number(float value) {
    return number(Double.parseDouble(Float.toString(value)));
  }

  static Measured of(boolean value) {
    return new Measured(null, null, value);
  }

  /**
   * @param leaf a number, a text or a truth value
   */
  static Measured of(JsonNode leaf) {
    return switch (leaf.getNodeType()) {
      case NUMBER -> leaf.isIntegralNumber() ? whole(leaf) : number(leaf.doubleValue());
      case BOOLEAN -> of(leaf.booleanValue());
      default -> new Measured(null, leaf.textValue().replace(NUL, REPLACEMENT), null);
    };
  }

  private static Measured whole(JsonNode leaf) {
    double value = leaf.doubleValue();
    if (leaf.canConvertToLong() && Math.abs((double) leaf.longValue()) < EXACT_MAX) {
      return number(value);
    }
    BigInteger exact = leaf.bigIntegerValue();
    if (!Double.isFinite(value)) {
      return new Measured(null, exact.toString(), null);
    }
    boolean held = new BigDecimal(value).compareTo(new BigDecimal(exact)) == 0;
    return new Measured(value, held ? null : exact.toString(), null);
  }

  void putInto(Struct row) {
    row.put("value", value).put("text", text).put("bool", bool);
  }
}
