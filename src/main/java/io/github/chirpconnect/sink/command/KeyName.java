package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Target;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Struct;

/**
 * What a record's key names. A key that is no target's name may be anything.
 *
 * @param target null if it names none
 * @param isLoose whether it is a bare UUID. Many senders use random ones as keys, so it names a
 *     group only if nothing else in the record names a target
 * @param text the key as text; null if it is none
 */
record KeyName(Target target, boolean isLoose, String text) {
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{16}");

  static KeyName of(Object key) throws InvalidField {
    String text = text(key);
    boolean fields = key instanceof Struct || key instanceof Map;
    if (fields || (text != null && text.startsWith("{") && Uuids.parse(text).isEmpty())) {
      return new KeyName(ofFields(text == null ? key : text), false, text);
    }
    if (text == null) {
      return new KeyName(null, false, null);
    }
    Optional<Target> device = DevEuis.parse(text).map(Target::device);
    return device.isPresent()
        ? new KeyName(device.get(), false, text)
        : new KeyName(Uuids.parse(text).map(Target::group).orElse(null), true, text);
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

  private static Target ofFields(Object key) throws InvalidField {
    Map<String, Object> fields;
    try {
      fields = ConnectValues.fields("the record's key", key);
    } catch (InvalidField e) {
      // Not a key with fields; the target may be named elsewhere.
      return null;
    }
    return TargetName.only(
        CommandFields.find(TargetName.DEVICE, fields),
        CommandFields.find(TargetName.GROUP, fields),
        " of the record's key");
  }

  /** Whether it is read as an EUI and may be meant as a number. */
  boolean isDecimal() {
    return text != null && DECIMAL.matcher(text).matches();
  }

  /** For messages about the target that it names; may be empty. */
  String hint() {
    return isDecimal()
        ? " (16 decimal digits are read as an EUI; if the key is a time in microseconds, use another key)"
        : "";
  }

  /** A hint for the case that the server does not know the target; null for none. */
  String advice() {
    if (isLoose) {
      return "the multicast group was taken from the record's key '"
          + text
          + "'; to name a device, write dev_eui";
    }
    return isDecimal()
        ? "the EUI was taken from the record's key '"
            + text
            + "'"
            + hint()
            + "; to name another device, write dev_eui"
        : null;
  }
}
