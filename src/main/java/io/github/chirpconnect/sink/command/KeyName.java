package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Target;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  /** What JsonConverter writes around a key, if its schemas are enabled. */
  private static final Set<String> ENVELOPE = Set.of("schema", "payload");

  private static final Pattern DECIMAL = Pattern.compile("[0-9]{16}");

  static KeyName of(Object key) throws InvalidField {
    return of(key, text(key));
  }

  private static KeyName of(Object key, String text) throws InvalidField {
    boolean fields = key instanceof Struct || key instanceof Map;
    if (fields || (text != null && text.startsWith("{") && Uuids.parse(text).isEmpty())) {
      return ofFields(text == null ? key : text, text);
    }
    if (text == null) {
      return new KeyName(null, false, null);
    }
    Optional<Target> device = DevEuis.parse(text).map(Target::device);
    return device.isPresent()
        ? new KeyName(device.get(), false, text)
        : new KeyName(Uuids.parse(text).map(Target::group).orElse(null), true, text);
  }

  /**
   * A key or a header as text, without JSON's quotes, a byte order mark and white space around it;
   * null if it is not text.
   */
  static String text(Object key) {
    String text = null;
    if (key instanceof String string) {
      text = string;
    } else if (key instanceof byte[] bytes) {
      text = new String(bytes, StandardCharsets.UTF_8);
    } else if (key instanceof ByteBuffer buffer) {
      text = new String(ConnectValues.bytesOf(buffer), StandardCharsets.UTF_8);
    }
    if (text == null) {
      return null;
    }
    String bare = JsonText.withoutMark(text).trim();
    boolean quoted = bare.length() > 1 && bare.startsWith("\"") && bare.endsWith("\"");
    return quoted ? bare.substring(1, bare.length() - 1) : bare;
  }

  private static KeyName ofFields(Object key, String text) throws InvalidField {
    Map<String, Object> fields;
    try {
      fields = ConnectValues.fields("the record's key", key);
    } catch (InvalidField e) {
      // Not a key with fields; the target may be named elsewhere.
      return new KeyName(null, false, text);
    }
    if (fields.keySet().equals(ENVELOPE)) {
      return of(fields.get("payload"));
    }
    return new KeyName(
        TargetName.only(
            CommandFields.find(TargetName.DEVICE, fields),
            CommandFields.find(TargetName.GROUP, fields),
            " of the record's key"),
        false,
        text);
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
