package io.github.chirpconnect.record.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON text in one form, whichever generation of server wrote it, in whatever order: that of RFC
 * 8785. Names are sorted, there is no white space, and numbers are as JavaScript prints them, the
 * language of codecs: {@code 7} for v4's {@code 7.0}, {@code 1e+21}, {@code 0} for {@code -0.0}.
 *
 * <p>Unlike there, a whole number keeps all its digits, also those that no double holds. Only v3
 * can write such numbers.
 */
public final class CanonicalJson {
  /** Below this, a whole double has the same digits as the equal long. */
  private static final double WHOLE_MAX = 1e15;

  /** JavaScript's bounds: what is smaller or larger has an exponent. */
  private static final int POINT_MIN = -6;

  private static final int POINT_MAX = 21;

  private static final JsonMapper EXACT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final String HEX = "0123456789abcdef";

  private CanonicalJson() {}

  /**
   * @throws MappingException for a number that no double holds, which would become another one
   */
  public static String of(JsonNode node) {
    StringBuilder out = new StringBuilder();
    write(node, out);
    return out.toString();
  }

  /** As above; JSON with a number that no double holds is returned unchanged. */
  public static String ofAny(JsonNode node) {
    try {
      return of(node);
    } catch (MappingException e) {
      return node.toString();
    }
  }

  /**
   * JSON text in this form. A text that is not JSON, or has such a number, is returned unchanged.
   */
  public static String ofText(String text) {
    try {
      return of(EXACT.readTree(text));
    } catch (JsonProcessingException | MappingException e) {
      return text;
    }
  }

  private static void write(JsonNode node, StringBuilder out) {
    switch (node.getNodeType()) {
      case OBJECT -> object(node, out);
      case ARRAY -> {
        out.append('[');
        for (int i = 0; i < node.size(); i++) {
          if (i > 0) {
            out.append(',');
          }
          write(node.get(i), out);
        }
        out.append(']');
      }
      case STRING -> text(node.textValue(), out);
      case NUMBER -> number(node, out);
      default -> out.append(node);
    }
  }

  private static void object(JsonNode node, StringBuilder out) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    node.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    char before = '{';
    for (Map.Entry<String, JsonNode> entry : sorted.entrySet()) {
      out.append(before);
      text(entry.getKey(), out);
      out.append(':');
      write(entry.getValue(), out);
      before = ',';
    }
    out.append(sorted.isEmpty() ? "{}" : "}");
  }

  /** A text, with its quotes. */
  public static void text(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < ' ' || isAlone(text, i)) {
            escape(c, out);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** Half a surrogate pair, which UTF-8 cannot express. */
  public static boolean isAlone(String text, int index) {
    char c = text.charAt(index);
    if (Character.isHighSurrogate(c)) {
      return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
    }
    return Character.isLowSurrogate(c)
        && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
  }

  private static void escape(char c, StringBuilder out) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(HEX.charAt(c >> shift & 0xf));
    }
  }

  private static void number(JsonNode node, StringBuilder out) {
    if (node.isIntegralNumber()) {
      out.append(node.bigIntegerValue());
      return;
    }
    double value = node.doubleValue();
    if (!Double.isFinite(value)) {
      throw new MappingException("a number has more digits than a double has room for");
    }
    number(value, out);
  }

  /**
   * @param value finite
   */
  public static void number(double value, StringBuilder out) {
    if (value == 0) {
      out.append('0');
    } else if (Math.abs(value) < WHOLE_MAX && value == Math.rint(value)) {
      out.append((long) value);
    } else {
      if (value < 0) {
        out.append('-');
      }
      shortest(Math.abs(value), out);
    }
  }

  /** ECMAScript's Number::toString: the fewest digits that name this double and no other. */
  private static void shortest(double value, StringBuilder out) {
    // Not the JDK's own text, which before Java 19 has at times more digits than are needed.
    BigDecimal decimal = new BigDecimal(NumberOutput.toString(value, true));
    BigDecimal rounded = decimal.round(new MathContext(1));
    // It has at least two digits, where one would do for the very smallest.
    BigDecimal fewest = (rounded.doubleValue() == value ? rounded : decimal).stripTrailingZeros();
    String digits = fewest.unscaledValue().toString();
    int count = digits.length();
    int point = count - fewest.scale();
    if (point > POINT_MAX || point <= POINT_MIN) {
      out.append(digits.charAt(0));
      if (count > 1) {
        out.append('.').append(digits, 1, count);
      }
      out.append(point > 0 ? "e+" : "e-").append(Math.abs(point - 1));
    } else if (point <= 0) {
      out.append("0.").append("0".repeat(-point)).append(digits);
    } else if (point < count) {
      out.append(digits, 0, point).append('.').append(digits, point, count);
    } else {
      out.append(digits).append("0".repeat(point - count));
    }
  }
}
