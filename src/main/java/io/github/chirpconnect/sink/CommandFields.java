package io.github.chirpconnect.sink;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of a command under one name each, and typed access to them. A field that is null is
 * not there. What is not known is refused: a typo must not move a valve.
 */
final class CommandFields {
  /** Other spellings: ChirpStack's MQTT JSON of v4 and v3, and what follows from it. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("devEui", "dev_eui"),
          Map.entry("devEUI", "dev_eui"),
          Map.entry("multicastGroupId", "multicast_group_id"),
          Map.entry("fPort", "f_port"),
          Map.entry("dataHex", "data_hex"),
          Map.entry("expiresAt", "expires_at"),
          Map.entry("isEncrypted", "is_encrypted"),
          Map.entry("fCntDown", "f_cnt_down"),
          Map.entry("flushQueue", "flush_queue"));

  private static final Set<String> KNOWN =
      new TreeSet<>(
          Set.of(
              "command",
              "confirmed",
              "data",
              "data_hex",
              "dev_eui",
              "expires_at",
              "f_cnt_down",
              "f_port",
              "flush_queue",
              "id",
              "is_encrypted",
              "multicast_group_id",
              "object"));

  /** Sent by some to v3's MQTT topic, and without meaning there as well. */
  private static final Set<String> WITHOUT_MEANING =
      Set.of("applicationID", "applicationId", "application_id", "reference");

  /** As milliseconds this is in 1973: a number below it counts seconds. */
  private static final long SMALLEST_EPOCH_MILLIS = 100_000_000_000L;

  /** The last that protobuf's Timestamp can say. */
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private final Map<String, Object> fields;

  private CommandFields(Map<String, Object> fields) {
    this.fields = fields;
  }

  static CommandFields of(Map<String, Object> given) throws Refused {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : given.entrySet()) {
      String name = NAMES.getOrDefault(entry.getKey(), entry.getKey());
      if (entry.getValue() == null || WITHOUT_MEANING.contains(name)) {
        continue;
      }
      if (!KNOWN.contains(name)) {
        throw new Refused(unknown(given, entry.getKey()));
      }
      if (fields.put(name, entry.getValue()) != null) {
        throw new Refused(name + " is given twice, in two spellings; write it once");
      }
    }
    return new CommandFields(fields);
  }

  private static String unknown(Map<String, Object> given, String name) {
    if (given.containsKey("schema") && given.containsKey("payload")) {
      return "the value is a JSON envelope of schema and payload; set"
          + " value.converter=org.apache.kafka.connect.json.JsonConverter with value.converter.schemas.enable=true";
    }
    return "unknown field '" + name + "'; a command has " + String.join(", ", KNOWN);
  }

  /** Some names are of keys and outcomes too, where only the EUI is looked for. */
  static Object devEui(Map<String, Object> fields) {
    for (String name : new String[] {"dev_eui", "devEui", "devEUI"}) {
      if (fields.get(name) != null) {
        return fields.get(name);
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

  /** The sender's own id; null for none. */
  static String id(Map<String, Object> given) throws Refused {
    return text("id", given.get("id")).orElse(null);
  }

  Optional<String> text(String name) throws Refused {
    return text(name, fields.get(name));
  }

  private static Optional<String> text(String name, Object value) throws Refused {
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    if (value instanceof Integer || value instanceof Long) {
      return Optional.of(value.toString());
    }
    throw new Refused(name + " is a " + kind(value) + "; write text");
  }

  boolean flag(String name) throws Refused {
    Object value = fields.get(name);
    if (value == null) {
      return false;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value instanceof String text) {
      if (text.equals("true") || text.equals("false")) {
        return text.equals("true");
      }
      throw new Refused(name + " is '" + text + "'; write true or false");
    }
    throw new Refused(name + " is a " + kind(value) + "; write true or false");
  }

  /** A whole number, also as text or as a float that is whole: converters make such of one. */
  Optional<Long> wholeNumber(String name) throws Refused {
    Object value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof Number || value instanceof String)) {
      throw new Refused(name + " is a " + kind(value) + "; write a whole number");
    }
    try {
      BigDecimal number = new BigDecimal(value.toString());
      // Checked first: a huge exponent would be spelled out digit by digit.
      if (number.precision() - number.scale() <= 19) {
        return Optional.of(number.longValueExact());
      }
    } catch (NumberFormatException e) {
      // Text that is no number, or NaN: said below.
    } catch (ArithmeticException e) {
      // A fraction, or beyond 64 bits: said below.
    }
    throw new Refused(name + " is '" + value + "'; write a whole number");
  }

  /** RFC 3339 text, milliseconds since 1970, or Connect's own Timestamp or Date. */
  Optional<Instant> moment(String name) throws Refused {
    Object value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    Instant moment = instant(name, value);
    if (moment.isAfter(LATEST)) {
      throw new Refused(
          name + " is after the year 9999; leave it out for a command that does not expire");
    }
    return Optional.of(moment);
  }

  private Instant instant(String name, Object value) throws Refused {
    if (value instanceof PlainValue.Moment moment) {
      return moment.instant();
    }
    if (value instanceof String text) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        throw new Refused(
            name
                + " is '"
                + text
                + "'; write a time with its zone as in 2026-07-23T08:00:00Z, or milliseconds since 1970 as a number");
      }
    }
    if (value instanceof Number) {
      long millis = wholeNumber(name).orElseThrow();
      if (millis < SMALLEST_EPOCH_MILLIS) {
        throw new Refused(
            name
                + " is "
                + millis
                + ", which is no time in milliseconds since 1970; are it seconds?");
      }
      return Instant.ofEpochMilli(millis);
    }
    throw new Refused(name + " is a " + kind(value) + "; write a time as in 2026-07-23T08:00:00Z");
  }

  /** Bytes, or standard base64 with its padding. */
  static byte[] base64(String name, Object value) throws Refused {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    if (!(value instanceof String text)) {
      throw new Refused(name + " is a " + kind(value) + "; write the payload as base64");
    }
    if (text.indexOf('-') >= 0 || text.indexOf('_') >= 0) {
      throw new Refused(
          name
              + " is base64 of the URL-safe alphabet; write the standard one, with '+' and '/', as ChirpStack does");
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      // The decoder passes over missing padding and stray bits: a cut-off text looks like that.
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new Refused(
        name
            + " is no base64 (standard alphabet, padded with '=', no spaces or line ends); for hex use data_hex");
  }

  static byte[] hex(String name, Object value) throws Refused {
    if (!(value instanceof String text)) {
      throw new Refused(name + " is a " + kind(value) + "; write the payload as hex text");
    }
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw new Refused(
          name + " is no hex text; write two of 0-9, a-f for each byte and nothing else");
    }
  }

  static String kind(Object value) {
    if (value instanceof Map) {
      return "nested object";
    }
    if (value instanceof byte[]) {
      return "byte array";
    }
    if (value instanceof Number) {
      return "number";
    }
    return value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
