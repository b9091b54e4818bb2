package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.Downlink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Reads commands: ChirpStack's own MQTT {@code command/down} JSON of v4 and v3 as it stands, and
 * the same in snake_case, as JSON text, JSON bytes, Map or Struct.
 *
 * <p>Everything is checked that ChirpStack would take without a word and then get wrong: ports that
 * are cut to eight bits, payloads that no frame can carry, an object beside a payload, a field that
 * it doesn't know.
 *
 * <p>The device is {@code dev_eui} in the value; else the record's key; else the header {@code
 * chirpstack.dev_eui}. Where several of them name a device, they have to name the same one: no rule
 * of precedence could tell which is the mistake.
 */
final class CommandReader {
  static final String EUI_HEADER = "chirpstack.dev_eui";

  /** The application payload of a LoRaWAN frame at the highest data rates, in bytes. */
  static final int LARGEST_PAYLOAD = 242;

  private static final Set<String> OF_A_FLUSH = Set.of("command", "dev_eui", "id");
  private static final long LARGEST_FRAME_COUNTER = 0xffff_ffffL;

  /** Reads a record; never throws for what a record holds. */
  Reading read(SinkRecord record) {
    String id = null;
    String devEui = null;
    try {
      Map<String, Object> given = PlainValue.fields(record.value());
      // Before anything is refused: whoever sent the command looks for its outcome by it.
      id = CommandFields.id(given);
      CommandFields fields = CommandFields.of(given);
      devEui = device(fields, record);
      return switch (fields.text("command").orElse("enqueue").toLowerCase(Locale.ROOT)) {
        case "enqueue" -> new Command.Enqueue(downlink(devEui, fields), id);
        case "flush" -> flush(devEui, fields, id);
        default ->
            throw new Refused("command is '" + fields.get("command") + "'; write enqueue or flush");
      };
    } catch (Refused e) {
      return new BadCommand(e.getMessage(), id, devEui);
    }
  }

  private static Command flush(String devEui, CommandFields fields, String id) throws Refused {
    for (String name : fields.names()) {
      if (!OF_A_FLUSH.contains(name)) {
        throw new Refused(
            "a flush takes no " + name + "; to empty the queue before a downlink use flush_queue");
      }
    }
    return new Command.Flush(devEui, id);
  }

  private static Downlink downlink(String devEui, CommandFields fields) throws Refused {
    int port = port(fields);
    Object data = fields.get("data");
    if ("".equals(data) && (fields.has("object") || fields.has("data_hex"))) {
      // What a sender's library makes of a payload that it doesn't set.
      data = null;
    }
    int payloads =
        (data == null ? 0 : 1) + (fields.has("data_hex") ? 1 : 0) + (fields.has("object") ? 1 : 0);
    if (payloads != 1) {
      throw new Refused(
          (payloads == 0 ? "the payload is missing" : "there is more than one payload")
              + "; write one of data (base64), data_hex and object (for the device's codec)");
    }
    byte[] payload = null;
    if (data != null) {
      payload = CommandFields.base64("data", data);
    } else if (fields.has("data_hex")) {
      payload = CommandFields.hex("data_hex", fields.get("data_hex"));
    }
    if (payload != null && payload.length > LARGEST_PAYLOAD) {
      throw new Refused(
          "the payload has "
              + payload.length
              + " bytes; a LoRaWAN frame carries up to "
              + LARGEST_PAYLOAD);
    }
    String object = fields.has("object") ? object(fields.get("object")) : null;
    Instant expiresAt = fields.moment("expires_at").orElse(null);
    return new Downlink(
        devEui,
        port,
        fields.flag("confirmed"),
        payload,
        object,
        expiresAt,
        frameCounter(fields),
        fields.flag("flush_queue"));
  }

  private static int port(CommandFields fields) throws Refused {
    Optional<Long> port = fields.wholeNumber("f_port");
    if (port.isEmpty()) {
      throw new Refused("f_port is missing; write the port the device expects, 1-223");
    }
    long number = port.get();
    if (number == 0) {
      throw new Refused("f_port is 0, which carries MAC commands; write 1-223");
    }
    if (number >= 224 && number <= 255) {
      throw new Refused(
          "f_port is " + number + ", and 224-255 are reserved by LoRaWAN; write 1-223");
    }
    if (number < 1 || number > 223) {
      throw new Refused("f_port is " + number + "; write 1-223");
    }
    return (int) number;
  }

  private static Long frameCounter(CommandFields fields) throws Refused {
    Optional<Long> counter = fields.wholeNumber("f_cnt_down");
    if (!fields.flag("is_encrypted")) {
      if (counter.isPresent()) {
        throw new Refused(
            "f_cnt_down is for payloads that are encrypted already; write is_encrypted: true, or leave it out");
      }
      return null;
    }
    if (fields.has("object")) {
      throw new Refused("is_encrypted goes with data, not with object: a codec can't encrypt");
    }
    if (counter.isEmpty()) {
      throw new Refused(
          "f_cnt_down is missing; an encrypted payload is valid for one frame counter only");
    }
    if (counter.get() < 0 || counter.get() > LARGEST_FRAME_COUNTER) {
      throw new Refused("f_cnt_down is " + counter.get() + "; write 0-" + LARGEST_FRAME_COUNTER);
    }
    return counter.get();
  }

  @SuppressWarnings("unchecked")
  private static String object(Object value) throws Refused {
    if (value instanceof Map<?, ?> map) {
      return PlainValue.toJson((Map<String, Object>) map);
    }
    if (value instanceof String text) {
      try {
        PlainValue.parsed(text);
        return text;
      } catch (Refused e) {
        throw new Refused("object is text that is no JSON object; write {…}");
      }
    }
    throw new Refused("object is a " + CommandFields.kind(value) + "; write a JSON object, {…}");
  }

  private static String device(CommandFields fields, SinkRecord record) throws Refused {
    if (fields.has("multicast_group_id")) {
      throw new Refused("multicast_group_id is not supported; write dev_eui, for one device");
    }
    String ofValue = fields.has("dev_eui") ? eui("dev_eui", fields.get("dev_eui")) : null;
    String ofKey = ofKey(record.key());
    String found = ofValue;
    if (found == null) {
      found = ofKey;
    } else if (ofKey != null && !ofKey.equals(ofValue)) {
      throw differ("the record's key", ofKey, "dev_eui", ofValue);
    }
    Header header = record.headers().lastWithName(EUI_HEADER);
    if (header == null || header.value() == null) {
      if (found == null) {
        throw new Refused(
            "dev_eui is missing; write it into the value, the record's key or the header "
                + EUI_HEADER);
      }
      return found;
    }
    if (found != null && !isText(header)) {
      return found;
    }
    String ofHeader = ofHeader(header);
    if (found != null && !found.equals(ofHeader)) {
      throw differ("the header " + EUI_HEADER, ofHeader, "the command", found);
    }
    return ofHeader;
  }

  private static Refused differ(String one, String ofOne, String other, String ofOther) {
    return new Refused(
        one
            + " says device "
            + ofOne
            + ", but "
            + other
            + " says "
            + ofOther
            + "; one of them is wrong");
  }

  /** A key that is something else than an EUI is the sender's own business. */
  private static String ofKey(Object key) throws Refused {
    if (key instanceof Struct || key instanceof Map) {
      Object eui = CommandFields.devEui(PlainValue.fields(key));
      return eui == null ? null : eui("dev_eui of the record's key", eui);
    }
    String text = null;
    if (key instanceof String string) {
      text = string;
    } else if (key instanceof byte[] bytes) {
      text = new String(bytes, StandardCharsets.UTF_8);
    } else if (key instanceof ByteBuffer buffer) {
      text = new String(PlainValue.bytesOf(buffer), StandardCharsets.UTF_8);
    }
    return text == null ? null : Eui.parse(text).orElse(null);
  }

  private static boolean isText(Header header) {
    return header.value() instanceof String
        && (header.schema() == null || header.schema().type() == Schema.Type.STRING);
  }

  private static String ofHeader(Header header) throws Refused {
    if (!isText(header)) {
      // Connect's default header converter makes a number of 00000000000001e2: it is 100 then, and
      // nobody can tell any more what it was.
      throw new Refused(
          "the header "
              + EUI_HEADER
              + " came as "
              + (header.schema() == null
                  ? CommandFields.kind(header.value())
                  : header.schema().type())
              + " and may be another number than was written; set"
              + " header.converter=org.apache.kafka.connect.storage.StringConverter");
    }
    return eui("the header " + EUI_HEADER, header.value());
  }

  private static String eui(String where, Object value) throws Refused {
    if (value instanceof Number) {
      throw new Refused(
          where + " is a number, which has lost its leading zeros; write 16 hex digits as text");
    }
    if (!(value instanceof String text)) {
      throw new Refused(
          where + " is a " + CommandFields.kind(value) + "; write 16 hex digits as text");
    }
    return Eui.parse(text)
        .orElseThrow(() -> new Refused(where + " is '" + text + "'; write 16 hex digits"));
  }
}
