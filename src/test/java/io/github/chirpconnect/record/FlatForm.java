package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.record.json.CanonicalJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** What a flat record has to say, read from the struct in another way than the connector does. */
public final class FlatForm {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> TEXT_IS_JSON =
      Set.of("object", "unknown_fields", "f_opts", "phy_payload");

  private FlatForm() {}

  /** Each column says what the struct says, and nothing of the struct is missing. */
  public static void assertSays(Struct flat, Struct struct) {
    flat.validate();
    Map<String, Object> expected = columns(struct);
    assertThat(flat.schema().fields().stream().map(Field::name))
        .containsExactlyInAnyOrderElementsOf(expected.keySet());
    for (Field field : flat.schema().fields()) {
      Object value = flat.get(field);
      if (expected.get(field.name()) instanceof JsonNode json) {
        assertJson(field.name(), (String) value, json);
      } else {
        assertThat(value).as(field.name()).isEqualTo(expected.get(field.name()));
      }
    }
  }

  private static void assertJson(String name, String text, JsonNode expected) {
    JsonNode found = parse(text);
    // 0.0 and 0 are one number.
    assertThat(found).as(name).isEqualTo(parse(CanonicalJson.of(expected)));
    assertThat(CanonicalJson.of(found)).as(name).isEqualTo(text);
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> columns(Struct struct) {
    Map<String, Object> columns = new LinkedHashMap<>();
    for (Field field : struct.schema().fields()) {
      Object value = struct.get(field);
      boolean message = field.schema().type() == Schema.Type.STRUCT;
      boolean simple =
          message && field.schema().fields().stream().allMatch(inner -> isScalar(inner.schema()));
      if (simple || field.name().equals("device_info")) {
        String prefix = simple ? field.name() + "_" : "";
        for (Field inner : field.schema().fields()) {
          Object said = value == null ? null : ((Struct) value).get(inner);
          columns.putIfAbsent(prefix + inner.name(), column(inner, said));
        }
      } else {
        columns.put(field.name(), column(field, value));
      }
    }
    addDerived(struct, columns);
    return columns;
  }

  private static boolean isScalar(Schema schema) {
    return schema.type() != Schema.Type.STRUCT
        && schema.type() != Schema.Type.ARRAY
        && schema.type() != Schema.Type.MAP;
  }

  private static Object column(Field field, Object value) {
    boolean json = !isScalar(field.schema()) || TEXT_IS_JSON.contains(field.name());
    return value == null || !json ? value : json(value, field.schema());
  }

  private static JsonNode json(Object value, Schema schema) {
    byte[] bytes = ConvertersTest.json(false).fromConnectData("t", schema, value);
    try {
      JsonNode node = JSON.readTree(bytes);
      return node.isTextual() ? parse(node.textValue()) : cleaned(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without nulls and with one field for a time. */
  private static JsonNode cleaned(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode items = JsonNodeFactory.instance.arrayNode();
      array.forEach(item -> items.add(cleaned(item)));
      return items;
    }
    if (!(node instanceof ObjectNode)) {
      return node;
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String name = field.getKey();
      boolean textOfTime =
          name.endsWith("_text") && node.has(name.substring(0, name.length() - "_text".length()));
      JsonNode value = node.has(name + "_text") ? node.get(name + "_text") : field.getValue();
      if (!textOfTime && !value.isNull()) {
        boolean json = TEXT_IS_JSON.contains(name) && value.isTextual();
        object.set(name, json ? parse(value.textValue()) : cleaned(value));
      }
    }
    return object;
  }

  private static void addDerived(Struct struct, Map<String, Object> columns) {
    if (struct.schema().field("rx_info") != null) {
      List<Struct> all = struct.getArray("rx_info");
      Struct best =
          all.stream()
              .max(
                  Comparator.comparing(
                          (Struct one) ->
                              one.get("snr") == null
                                  ? Float.NEGATIVE_INFINITY
                                  : one.getFloat32("snr"))
                      .thenComparing(one -> one.getInt32("rssi"))
                      .thenComparing(one -> one.getString("gateway_id"), Comparator.reverseOrder()))
              .orElse(null);
      columns.put("rx_count", best == null ? null : all.size());
      for (String name : List.of("gateway_id", "rssi", "snr")) {
        columns.put("rx_" + name, best == null ? null : best.get(name));
      }
    }
    if (struct.schema().field("tx_info") != null) {
      Struct sent = struct.getStruct("tx_info");
      Struct modulation = sent == null ? null : sent.getStruct("modulation");
      Struct lora = modulation == null ? null : modulation.getStruct("lora");
      columns.put("frequency", sent == null ? null : sent.get("frequency"));
      columns.put("bandwidth", lora == null ? null : lora.get("bandwidth"));
      columns.put("spreading_factor", lora == null ? null : lora.get("spreading_factor"));
    }
  }
}
