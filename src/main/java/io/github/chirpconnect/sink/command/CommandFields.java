package io.github.chirpconnect.sink.command;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a command under one name each, with typed access. A field that is null is absent.
 * Unknown fields are refused: a typo must not move a valve.
 */
final class CommandFields {
  /**
   * Fields for which empty text means absent: senders' libraries write it for fields that are not
   * set.
   */
  private static final Set<String> EMPTY_IF_UNSET =
      Set.of("command", "dev_eui", "expires_at", "id", "multicast_group_id");

  private static final Set<String> FLAGS =
      Set.of("confirmed", "flush_queue", "is_encrypted", "is_pending");

  private static final Set<String> NUMBERS = Set.of("f_cnt", "f_cnt_down", "f_port");

  /** As milliseconds this is in 1973: a smaller number must be seconds. */
  private static final long SMALLEST_EPOCH_MILLIS = 100_000_000_000L;

  /**
   * Longest text that is read as a number: 64 bits in any form, with leading and trailing zeros.
   */
  private static final int LONGEST_NUMBER = 1_000;

  /** The end of the range of protobuf's Timestamp. */
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private final Map<String, Object> fields;

  private CommandFields(Map<String, Object> fields) {
    this.fields = fields;
  }

  /**
   * @param given the command's fields, already taken out of a REST body
   * @param ofStruct whether the value is a Struct, in which 0 can mean absent
   */
  static CommandFields of(Map<String, Object> given, boolean ofStruct) throws InvalidField {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : given.entrySet()) {
      Object value = entry.getValue();
      String name = FieldNames.of(entry.getKey());
      if (value == null || (name != null && isUnset(name, value, ofStruct))) {
        continue;
      }
      if (name == null) {
        throw new InvalidField(unknown(given, entry.getKey()));
      }
      if (name.equals("object") && entry.getKey().equals("OBJECT")) {
        requireNamesAsWritten(value);
      }
      if (fields.put(name, value) != null) {
        throw new InvalidField(name + " is given twice, in two spellings; write it once");
      }
    }
    if (fields.containsKey("f_cnt")) {
      throw new InvalidField(
          "ChirpStack assigns f_cnt; leave it out (for an encrypted payload, write its frame counter into f_cnt_down)");
    }
    if (fields.containsKey("is_pending")) {
      throw new InvalidField("ChirpStack sets is_pending; leave it out");
    }
    return new CommandFields(fields);
  }

  /** Whether the value is what JSON and Protobuf libraries write for a field that is not set. */
  private static boolean isUnset(String name, Object value, boolean ofStruct) {
    if (FieldNames.isWithoutMeaning(name)) {
      return true;
    }
    return switch (name) {
      case "f_cnt", "is_pending" -> isZeroOrFalse(name, value);
      case "expires_at" -> isNoTime(value, ofStruct);
      default -> "".equals(value) && EMPTY_IF_UNSET.contains(name);
    };
  }

  /** Go writes the first instant of the year 1 for a time that is not set. */
  private static boolean isNoTime(Object value, boolean ofStruct) {
    boolean isEpoch =
        isZero(value)
            || (value instanceof ConnectValues.Moment moment
                && moment.instant().equals(Instant.EPOCH));
    return "".equals(value) || "0001-01-01T00:00:00Z".equals(value) || (ofStruct && isEpoch);
  }

  private static boolean isZero(Object value) {
    return value instanceof Number number && number.doubleValue() == 0;
  }

  /** Also as text, as flags and numbers may be written. */
  private static boolean isZeroOrFalse(String name, Object value) {
    if (value instanceof String text) {
      return (FLAGS.contains(name) && text.equalsIgnoreCase("false"))
          || (NUMBERS.contains(name) && text.matches("0+(\\.0+)?"));
    }
    return isZero(value) || Boolean.FALSE.equals(value);
  }

  /**
   * A codec's script ignores names that it does not know, and names in another case are unknown.
   */
  private static void requireNamesAsWritten(Object object) throws InvalidField {
    if (object instanceof Map<?, ?> map
        && !map.isEmpty()
        && map.keySet().stream()
            .map(Object::toString)
            .allMatch(
                name ->
                    name.equals(name.toUpperCase(Locale.ROOT))
                        && !name.equals(name.toLowerCase(Locale.ROOT)))) {
      throw new InvalidField(
          "OBJECT has names in upper case alone ("
              + map.keySet().iterator().next()
              + "), as ksqlDB writes names without quotes; the codec may expect another case. Write the names, and"
              + " `object`, in backticks, or write object as JSON text");
    }
  }

  private static String unknown(Map<String, Object> given, String name) {
    if (given.containsKey("schema") && given.containsKey("payload")) {
      return "the value is a JSON envelope of schema and payload; set"
          + " value.converter=org.apache.kafka.connect.json.JsonConverter with value.converter.schemas.enable=true";
    }
    return "unknown field '" + name + "'; a command has " + String.join(", ", FieldNames.KNOWN);
  }

  /** One field of a map that may hold other fields as well; null if absent. */
  static Object find(String wanted, Map<String, Object> fields) {
    for (Map.Entry<String, Object> entry : fields.entrySet()) {
      Object value = entry.getValue();
      if (value != null && !"".equals(value) && wanted.equals(FieldNames.of(entry.getKey()))) {
        return value;
      }
    }
    return null;
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  Set<String> names() {
    return fields.keySet();
  }

  Object get(String name) {
    return fields.get(name);
  }

  /** Whether its value is the one that a proto3 message has in each field that nobody set. */
  boolean isEmpty(String name) {
    Object value = fields.get(name);
    return isZeroOrFalse(name, value)
        || "".equals(value)
        || (value instanceof byte[] bytes && bytes.length == 0)
        || (value instanceof Collection<?> list && list.isEmpty())
        || (value instanceof Map<?, ?> map && map.isEmpty());
  }

  /** The sender's own id; null for none. */
  static String id(Map<String, Object> given) throws InvalidField {
    return text("id", find("id", given)).orElse(null);
  }

  Optional<String> text(String name) throws InvalidField {
    return text(name, fields.get(name));
  }

  private static Optional<String> text(String name, Object value) throws InvalidField {
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    if (value instanceof Number) {
      return Optional.of(wholeNumber(name, value, "text").toString());
    }
    throw new InvalidField(name + " is a " + ConnectValues.kind(value) + "; write text");
  }

  boolean flag(String name) throws InvalidField {
    Object value = fields.get(name);
    if (value == null) {
      return false;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value instanceof String text) {
      String lower = text.toLowerCase(Locale.ROOT);
      if (lower.equals("true") || lower.equals("false")) {
        return lower.equals("true");
      }
      throw new InvalidField(name + " is '" + text + "'; write true or false");
    }
    throw new InvalidField(name + " is a " + ConnectValues.kind(value) + "; write true or false");
  }

  /** A whole number: also as text, or as a floating-point number without a fraction. */
  Optional<Long> wholeNumber(String name) throws InvalidField {
    Object value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof Number || value instanceof String)) {
      throw new InvalidField(
          name + " is a " + ConnectValues.kind(value) + "; write a whole number");
    }
    return Optional.of(wholeNumber(name, value, "a whole number"));
  }

  private static Long wholeNumber(String name, Object value, String what) throws InvalidField {
    String digits = value.toString();
    try {
      // Longer text is no number; reading a million digits would take half a minute.
      BigDecimal number = new BigDecimal(digits.length() <= LONGEST_NUMBER ? digits : "");
      // Checked first: longValueExact() writes out the digits of a huge exponent.
      if (number.precision() - number.scale() <= 19) {
        return number.longValueExact();
      }
    } catch (NumberFormatException e) {
      // Not a number: reported below.
    } catch (ArithmeticException e) {
      // A fraction, or beyond 64 bits: reported below.
    }
    throw new InvalidField(name + " is '" + value + "'; write " + what);
  }

  /** RFC 3339 text, milliseconds since 1970, or Connect's own Timestamp. */
  Optional<Instant> moment(String name) throws InvalidField {
    Object value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    Instant moment = instant(name, value);
    if (moment.isAfter(LATEST)) {
      throw new InvalidField(
          name
              + ", read as milliseconds, is after the year 9999; leave it out for a command that does not expire");
    }
    return Optional.of(moment);
  }

  private Instant instant(String name, Object value) throws InvalidField {
    if (value instanceof ConnectValues.Moment moment) {
      return moment.instant();
    }
    if (value instanceof String text && !text.matches("[0-9]+")) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        throw new InvalidField(
            name
                + " is '"
                + text
                + "'; write a time with its zone as in 2026-07-23T08:00:00Z, or milliseconds since 1970 as a number");
      }
    }
    if (value instanceof Number || value instanceof String) {
      long millis = wholeNumber(name).orElseThrow();
      if (millis < SMALLEST_EPOCH_MILLIS) {
        throw new InvalidField(
            name + " is " + millis + ", which looks like seconds; write milliseconds since 1970");
      }
      return Instant.ofEpochMilli(millis);
    }
    throw new InvalidField(
        name + " is a " + ConnectValues.kind(value) + "; write a time as in 2026-07-23T08:00:00Z");
  }
}
