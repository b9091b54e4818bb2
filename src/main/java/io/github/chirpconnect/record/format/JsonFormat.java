package io.github.chirpconnect.record.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.record.Mapped;
import io.github.chirpconnect.record.json.MessageBuilder;
import io.github.chirpconnect.record.json.Times;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;

/**
 * ChirpStack's own JSON without a schema: maps, lists and JSON's scalars. Whole numbers are longs,
 * others doubles, as the server wrote them.
 */
final class JsonFormat implements ValueFormat {
  private static final String FRAME_TYPE = "frame_type";
  private static final String TIME = "time";

  /** Fields of a frame's record that come from the log entry, not from the frame. */
  private static final Set<String> OF_FRAME =
      Set.of("id", "dev_eui", "gateway_id", "dev_addr", TIME);

  @Override
  public SchemaAndValue of(Mapped mapped) {
    Struct value = mapped.value();
    ObjectNode body = mapped.body();
    Map<String, Object> json;
    if (body == null) {
      json = fields(value);
    } else {
      json = value.schema().field(FRAME_TYPE) == null ? object(body) : frame(value, body);
    }
    return new SchemaAndValue(null, json);
  }

  /** An entry of a frame log in the API's form, with the frame in {@code body}. */
  private static Map<String, Object> frame(Struct value, ObjectNode body) {
    Map<String, Object> json = new LinkedHashMap<>();
    for (Field field : value.schema().fields()) {
      String name = field.name();
      Object said = value.get(name.equals(TIME) ? TIME + Times.TEXT_SUFFIX : name);
      if (said != null && OF_FRAME.contains(name)) {
        json.put(MessageBuilder.camelCase(name), said);
      }
    }
    json.put("description", value.get(FRAME_TYPE));
    json.put("body", object(body));
    return json;
  }

  private static Map<String, Object> object(ObjectNode node) {
    Map<String, Object> object = new LinkedHashMap<>();
    node.properties().forEach(entry -> object.put(entry.getKey(), of(entry.getValue())));
    return object;
  }

  private static Object of(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> object((ObjectNode) node);
      case ARRAY -> {
        List<Object> items = new ArrayList<>(node.size());
        node.forEach(item -> items.add(of(item)));
        yield items;
      }
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> number(node);
      default -> null;
    };
  }

  /** Converters support no larger numbers than these, and write an infinite one as text anyway. */
  private static Object number(JsonNode node) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    double value = node.doubleValue();
    return Double.isFinite(value) ? (Object) value : node.asText();
  }

  /** Content that no server has in JSON, with names of the same style. */
  private static Map<String, Object> fields(Struct struct) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Field field : struct.schema().fields()) {
      Object value = struct.get(field);
      if (value != null && !field.name().endsWith(Times.TEXT_SUFFIX)) {
        fields.put(
            MessageBuilder.camelCase(field.name()),
            value instanceof Date ? struct.get(field.name() + Times.TEXT_SUFFIX) : value);
      }
    }
    return fields;
  }
}
