package io.github.chirpconnect.record.measurement;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.record.json.TableText;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.kafka.connect.data.Struct;

/**
 * The value of a row: a number, a text or a boolean; the other two are null.
 *
 * @param value of a number, the nearest double; null if none is near
 * @param text of a text; also all digits of a whole number that no double equals
 */
record Measured(Double value, String text, Boolean bool) {
  /** Up to here a double equals each whole number. */
  private static final long EXACT_MAX = 1L << 53;

  static Measured number(double value) {
    // Turns -0.0 into 0.0, as in JSON text of records.
    return new Measured(value + 0.0, null, null);
  }

  /** The double with the same decimal digits as the float. */
  static Measured number(float value) {
    return number(Double.parseDouble(Float.toString(value)));
  }

  static Measured of(boolean value) {
    return new Measured(null, null, value);
  }

  /**
   * @param leaf a number, text or boolean
   */
  static Measured of(JsonNode leaf) {
    return switch (leaf.getNodeType()) {
      case NUMBER -> leaf.isIntegralNumber() ? whole(leaf) : number(leaf.doubleValue());
      case BOOLEAN -> of(leaf.booleanValue());
      default -> new Measured(null, TableText.of(leaf.textValue()), null);
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
