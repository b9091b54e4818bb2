package io.github.chirpconnect.sink.command;

import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The payload of a downlink: bytes, or a JSON object for the device's codec.
 *
 * @param data null for an object
 * @param object null for bytes
 */
record Payload(byte[] data, String object) {
  /** The application payload of a LoRaWAN frame at the highest data rates, in bytes. */
  static final int LARGEST = 242;

  private static final String WRITE_ONE =
      "write one of data (base64), data_hex and object (for the device's codec)";

  private static final Pattern HEX = Pattern.compile("(?:0[xX])?(?:[0-9a-fA-F]{2})+");

  /**
   * @param doubt gets a warning about data that is base64 and may be meant as hex
   */
  static Payload of(CommandFields fields, Consumer<String> doubt) throws InvalidField {
    String field = field(fields);
    Object value = fields.get(field);
    if (field.equals("object")) {
      return new Payload(null, CodecObject.json(value));
    }
    byte[] data = field.equals("data") ? base64(value, doubt) : hex(value);
    if (data.length > LARGEST) {
      throw new InvalidField(
          "the payload in "
              + field
              + " has "
              + data.length
              + " bytes; a LoRaWAN frame carries up to "
              + LARGEST);
    }
    return new Payload(data, null);
  }

  /**
   * The one field that holds the payload. Beside another payload an empty field means absent, as
   * senders' libraries write it; alone, it is an empty payload.
   */
  static String field(CommandFields fields) throws InvalidField {
    String full = null;
    String empty = null;
    for (String field : new String[] {"object", "data_hex", "data"}) {
      Object value = fields.get(field);
      if (value == null) {
        continue;
      }
      if (isEmpty(value)) {
        empty = field;
      } else if (full != null) {
        throw new InvalidField(
            "there is more than one payload, " + field + " and " + full + "; " + WRITE_ONE);
      } else {
        full = field;
      }
    }
    if (full == null && empty == null) {
      throw new InvalidField("the payload is missing; " + WRITE_ONE);
    }
    return full == null ? empty : full;
  }

  private static boolean isEmpty(Object value) {
    return "".equals(value) || (value instanceof byte[] bytes && bytes.length == 0);
  }

  /** Bytes, or standard base64 with its padding. */
  private static byte[] base64(Object value, Consumer<String> doubt) throws InvalidField {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    if (!(value instanceof String text)) {
      throw new InvalidField(
          "data is a "
              + ConnectValues.kind(value)
              + "; write the payload as base64 text or as bytes");
    }
    boolean hex = HEX.matcher(text).matches();
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      // The decoder ignores missing padding and stray bits, which show that the text was cut off.
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        if (hex) {
          doubt.accept(
              "data is '"
                  + text
                  + "', which is base64 of the bytes "
                  + HexFormat.of().formatHex(bytes)
                  + " and looks like hex; these bytes are queued, since ChirpStack reads data as base64."
                  + " For hex, write data_hex");
        }
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new InvalidField(notBase64(text, hex));
  }

  private static String notBase64(String text, boolean hex) {
    if (hex) {
      return "data is hex and no base64; write the digits into data_hex";
    }
    if (text.indexOf('-') >= 0 || text.indexOf('_') >= 0) {
      return "data is base64 of the URL-safe alphabet; write the standard one, with '+' and '/', as ChirpStack does";
    }
    return "data is no base64 (standard alphabet, padded with '=', no spaces or line ends); for hex use data_hex";
  }

  private static byte[] hex(Object value) throws InvalidField {
    if (!(value instanceof String text)) {
      throw new InvalidField(
          "data_hex is a " + ConnectValues.kind(value) + "; write the payload as hex text");
    }
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      boolean odd = text.matches("[0-9a-fA-F]+");
      throw new InvalidField(
          "data_hex is no hex text"
              + (odd ? ": it has " + text.length() + " digits, an odd number" : "")
              + "; write two of 0-9, a-f for each byte and nothing else");
    }
  }
}
