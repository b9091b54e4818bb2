package io.github.chirpconnect.sink.command;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The device that a command is for: {@code dev_eui} in the value; else the record's key; else the
 * header {@code chirpstack.dev_eui}. If several of them name a device, they must name the same one:
 * no precedence could tell which is wrong.
 *
 * @param devEui 16 lower-case hex digits
 * @param advice if the EUI may be meant as something else: where it was found and how to name
 *     another; else null
 */
record DeviceName(String devEui, String advice) {
  static final String HEADER = "chirpstack.dev_eui";

  private static final String THE_HEADER = "the header " + HEADER;
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{16}");

  static DeviceName of(CommandFields fields, SinkRecord record) throws InvalidField {
    if (fields.has("multicast_group_id")) {
      throw new InvalidField("multicast_group_id is not supported; write dev_eui, for one device");
    }
    String ofValue = fields.has("dev_eui") ? eui("dev_eui", fields.get("dev_eui")) : null;
    String keyText = text(record.key());
    String ofKey = ofKey(record.key(), keyText);
    if (ofValue != null && ofKey != null && !ofKey.equals(ofValue)) {
      throw new InvalidField(differ("the record's key", ofKey, "dev_eui", ofValue) + hint(keyText));
    }
    String found = ofValue == null ? ofKey : ofValue;
    String ofHeader = ofHeader(record.headers().lastWithName(HEADER), found);
    if (found == null && ofHeader == null) {
      throw new InvalidField(
          "dev_eui is missing; write it into the value, the record's key or the header " + HEADER);
    }
    if (found != null && ofHeader != null && !found.equals(ofHeader)) {
      throw new InvalidField(
          differ(THE_HEADER, ofHeader, ofValue == null ? "the record's key" : "dev_eui", found)
              + (ofValue == null ? hint(keyText) : ""));
    }
    String devEui = found == null ? ofHeader : found;
    boolean doubtful = ofValue == null && ofKey != null && isDecimal(keyText);
    return new DeviceName(
        devEui,
        doubtful
            ? "the EUI was taken from the record's key '"
                + keyText
                + "'"
                + hint(keyText)
                + "; to name another device, write dev_eui"
            : null);
  }

  private static String differ(String one, String ofOne, String other, String ofOther) {
    return one
        + " says device "
        + ofOne
        + ", but "
        + other
        + " says "
        + ofOther
        + "; one of them is wrong";
  }

  private static boolean isDecimal(String keyText) {
    return keyText != null && DECIMAL.matcher(keyText).matches();
  }

  private static String hint(String keyText) {
    return isDecimal(keyText)
        ? " (16 decimal digits are read as an EUI; if the key is a time in microseconds, use another key)"
        : "";
  }

  /** The key as text, without JSON's quotes; null if it is not text. */
  private static String text(Object key) {
    String text = null;
    if (key instanceof String string) {
      text = string;
    } else if (key instanceof byte[] bytes) {
      text = new String(bytes, StandardCharsets.UTF_8);
    } else if (key instanceof ByteBuffer buffer) {
      text = new String(ConnectValues.bytesOf(buffer), StandardCharsets.UTF_8);
    }
    boolean quoted =
        text != null && text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /** The EUI in the key; null for any other key, which senders may use freely. */
  private static String ofKey(Object key, String keyText) throws InvalidField {
    boolean fields = key instanceof Struct || key instanceof Map;
    if (fields || (keyText != null && keyText.startsWith("{"))) {
      return ofFields(key, keyText);
    }
    return keyText == null ? null : DevEuis.parse(keyText).orElse(null);
  }

  private static String ofFields(Object key, String keyText) throws InvalidField {
    Map<String, Object> fields;
    try {
      fields = ConnectValues.fields("the record's key", keyText == null ? key : keyText);
    } catch (InvalidField e) {
      // Not a key with fields; the device may be named elsewhere.
      return null;
    }
    Object eui = CommandFields.find("dev_eui", fields);
    return eui == null ? null : eui("dev_eui of the record's key", eui);
  }

  /**
   * @param found the device that value or key names, beside which a header that is not text is
   *     ignored; null for none
   */
  private static String ofHeader(Header header, String found) throws InvalidField {
    if (header == null || header.value() == null) {
      return null;
    }
    boolean isText =
        header.value() instanceof String
            && (header.schema() == null || header.schema().type() == Schema.Type.STRING);
    if (isText) {
      return eui(THE_HEADER, header.value());
    }
    if (found != null) {
      return null;
    }
    // Connect's default header converter reads 00000000000001e2 as the number 100; the text cannot
    // be recovered.
    throw new InvalidField(
        THE_HEADER
            + " came as "
            + (header.schema() == null
                ? ConnectValues.kind(header.value())
                : header.schema().type())
            + ", so its digits may be lost; set header.converter=org.apache.kafka.connect.storage.StringConverter");
  }

  private static String eui(String where, Object value) throws InvalidField {
    if (value instanceof Number) {
      throw new InvalidField(
          where + " is a number, which has lost its leading zeros; write 16 hex digits as text");
    }
    if (!(value instanceof String text)) {
      throw new InvalidField(
          where + " is a " + ConnectValues.kind(value) + "; write 16 hex digits as text");
    }
    return DevEuis.parse(text)
        .orElseThrow(() -> new InvalidField(where + " is '" + text + "'; write 16 hex digits"));
  }
}
