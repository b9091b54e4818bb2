package io.github.chirpconnect.record;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.BYTE_LIST;
import static io.github.chirpconnect.record.json.FieldType.HEX;
import static io.github.chirpconnect.record.json.FieldType.JSON;
import static io.github.chirpconnect.record.json.FieldType.STRING_OR_NULL;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.record.json.FieldType;
import io.github.chirpconnect.record.json.MappingException;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.json.Times;
import io.github.chirpconnect.record.schema.event.Frame;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Fills in what a frame's record has besides its messages: values of the log entry, and the usual
 * parts of {@code phy_payload}, whose shape depends on the frame's type.
 */
final class Frames {
  /** The server's names; empty if it has none. */
  private static final Map<String, String> PROPERTIES =
      Map.of("dev_eui", "DevEUI", "gateway_id", "Gateway ID");

  private final Frame form;
  private final Field time;
  private final List<Part> phyParts;

  private record Part(Field field, FieldType type, List<String> path) {}

  Frames(Frame form) {
    this.form = form;
    this.time = form.schema().field("time");
    this.phyParts =
        List.of(
            part("f_type", TEXT, "mhdr", "f_type"),
            // Its name before ChirpStack 4.13.
            part("f_type", TEXT, "mhdr", "m_type"),
            part("major", TEXT, "mhdr", "major"),
            part("mic", BYTE_LIST, "mic"),
            part("dev_addr", HEX, "payload", "fhdr", "devaddr"),
            part("adr", BOOLEAN, "payload", "fhdr", "f_ctrl", "adr"),
            part("adr_ack_req", BOOLEAN, "payload", "fhdr", "f_ctrl", "adr_ack_req"),
            part("ack", BOOLEAN, "payload", "fhdr", "f_ctrl", "ack"),
            part("f_pending", BOOLEAN, "payload", "fhdr", "f_ctrl", "f_pending"),
            part("class_b", BOOLEAN, "payload", "fhdr", "f_ctrl", "class_b"),
            part("f_cnt", UINT32, "payload", "fhdr", "f_cnt"),
            part("f_opts", JSON, "payload", "fhdr", "f_opts"),
            part("f_port", UINT32, "payload", "f_port"),
            part("frm_payload", STRING_OR_NULL, "payload", "frm_payload"),
            part("join_eui", HEX, "payload", "join_eui"),
            // The device that asks to join, in a gateway's frame.
            part(form.otherField(), HEX, "payload", form.otherField()),
            part("dev_nonce", UINT32, "payload", "dev_nonce"));
  }

  private Part part(String field, FieldType type, String... path) {
    return new Part(form.schema().field(field), type, List.of(path));
  }

  /** The mapping for this frame's body. */
  MessageMapping message(String frameType, JsonNode body) {
    return uplink(frameType, body) ? form.uplink() : form.downlink();
  }

  /**
   * @throws MappingException if a part does not fit its field
   */
  void put(Struct struct, LogEntry entry, JsonNode body) {
    Times.put(struct, time, entry.time());
    struct.put("frame_type", entry.kind());
    struct.put("direction", uplink(entry.kind(), body) ? "up" : "down");
    struct.put(form.otherField(), property(entry, PROPERTIES.get(form.otherField())));
    struct.put("dev_addr", property(entry, "DevAddr"));
    JsonNode phy = body.get("phy_payload");
    if (phy != null && !phy.isNull()) {
      putPhyParts(struct, phy);
    }
  }

  /**
   * Only an uplink tells the gateways that received it; for other types the name tells the
   * direction.
   */
  private static boolean uplink(String frameType, JsonNode body) {
    return switch (frameType) {
      case "JoinRequest", "RejoinRequest", "UnconfirmedDataUp", "ConfirmedDataUp" -> true;
      case "JoinAccept", "UnconfirmedDataDown", "ConfirmedDataDown" -> false;
      default -> body.has("rx_info");
    };
  }

  private void putPhyParts(Struct struct, JsonNode phy) {
    if (!phy.isObject()) {
      throw FieldType.expected("an object", phy).in("phy_payload");
    }
    for (Part part : phyParts) {
      JsonNode value = phy;
      for (String name : part.path) {
        value = value == null ? null : value.get(name);
      }
      if (value != null && !value.isNull()) {
        try {
          struct.put(part.field, part.type.read(value));
        } catch (MappingException e) {
          throw e.in("phy_payload." + String.join(".", part.path));
        }
      }
    }
  }

  private static String property(LogEntry entry, String name) {
    String value = entry.properties().get(name);
    return value == null || value.isEmpty() ? null : value.toLowerCase(Locale.ROOT);
  }
}
