package io.github.chirpconnect.sink.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Writes the object for a device's codec as JSON text, and refuses what the codec would get
 * changed. A codec computes with doubles, so a number that no double equals would arrive as another
 * number; a lone surrogate would arrive as a question mark.
 *
 * <p>Values without a JSON form are written as protobuf's JSON does: bytes as base64, times as ISO
 * 8601 text.
 */
final class CodecObject {
  /** Protobuf readers stop at 100 nested messages, and each level of an object takes three. */
  static final int DEEPEST = 32;

  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;

  private CodecObject(JsonGenerator json) {
    this.json = json;
  }

  /**
   * @param value a map, or JSON text of an object, which is kept unchanged
   */
  static String json(Object value) throws InvalidField {
    if (value instanceof Map<?, ?>) {
      return written(value);
    }
    if (value instanceof String text) {
      written(JsonText.object("object", text));
      return JsonText.withoutMark(text);
    }
    throw new InvalidField(
        "object is a " + ConnectValues.kind(value) + "; write a JSON object, {…}");
  }

  private static String written(Object object) throws InvalidField {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      new CodecObject(json).write("object", object, 1);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return text.toString();
  }

  private void write(String path, Object value, int depth) throws IOException, InvalidField {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Map<?, ?> map) {
      write(path, map, depth);
    } else if (value instanceof List<?> list) {
      requireShallow(depth);
      json.writeStartArray();
      int index = 0;
      for (Object item : list) {
        write(path + "[" + index++ + "]", item, depth + 1);
      }
      json.writeEndArray();
    } else if (value instanceof String text) {
      json.writeString(whole(path, text));
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Number number) {
      json.writeNumber(exact(path, number).toString());
    } else if (value instanceof byte[] bytes) {
      json.writeString(Base64.getEncoder().encodeToString(bytes));
    } else if (value instanceof ConnectValues.TimeValue time) {
      json.writeString(time.toString());
    } else {
      throw new InvalidField(
          path + " is a " + ConnectValues.kind(value) + ", which has no form in JSON; write text");
    }
  }

  private void write(String path, Map<?, ?> map, int depth) throws IOException, InvalidField {
    requireShallow(depth);
    if (map instanceof ConnectValues.NoFields) {
      throw new InvalidField(
          path
              + " came as a Struct without fields: a converter drops fields that the schema does not name; name them in"
              + " the schema, or write object as JSON text");
    }
    json.writeStartObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String name = entry.getKey().toString();
      json.writeFieldName(whole("a name in " + path, name));
      write(path + "." + name, entry.getValue(), depth + 1);
    }
    json.writeEndObject();
  }

  private static void requireShallow(int depth) throws InvalidField {
    if (depth > DEEPEST) {
      throw new InvalidField(
          "object is nested more than " + DEEPEST + " levels deep, which ChirpStack does not read");
    }
  }

  private static String whole(String path, String text) throws InvalidField {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!pair) {
          throw new InvalidField(
              path + " has half of a character (a lone surrogate); write it whole");
        }
        i++;
      }
    }
    return text;
  }

  private static Number exact(String path, Number number) throws InvalidField {
    if (number instanceof Double || number instanceof Float) {
      if (!Double.isFinite(number.doubleValue())) {
        throw new InvalidField(path + " is " + number + ", which JSON does not have; leave it out");
      }
      return number;
    }
    BigDecimal given =
        number instanceof BigDecimal decimal
            ? decimal
            : number instanceof BigInteger integer
                ? new BigDecimal(integer)
                : BigDecimal.valueOf(number.longValue());
    double received = given.doubleValue();
    if (!isExact(given, received)) {
      throw new InvalidField(
          path
              + " is "
              + shortened(number.toString())
              + ", which the codec would get as "
              + printed(received)
              + ", since it computes with doubles; write it as text, or round it");
    }
    return number;
  }

  private static String shortened(String digits) {
    return digits.length() <= 40
        ? digits
        : digits.substring(0, 40) + "… (" + digits.length() + " characters)";
  }

  private static String printed(double number) {
    if (Double.isInfinite(number)) {
      return "infinity";
    }
    return Math.abs(number) >= 1e-3 && Math.abs(number) < 1e21
        ? BigDecimal.valueOf(number).toPlainString()
        : Double.toString(number);
  }

  /**
   * Whether the nearest double prints as the given number: with the given digits, or as the
   * shortest text that denotes this double.
   */
  private static boolean isExact(BigDecimal given, double received) {
    if (Double.isInfinite(received)) {
      return false;
    }
    BigDecimal whole = new BigDecimal(received);
    return whole.round(new MathContext(given.precision())).compareTo(given) == 0
        || new BigDecimal(Double.toString(received)).compareTo(given) == 0;
  }
}
