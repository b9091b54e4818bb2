package io.github.chirpconnect.sink.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.sink.command.ConnectForms.Protobuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Puts the fields of a command into a record, in one of the forms that senders and converters make.
 */
final class RandomForm {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<ConnectForms> PROTOBUF =
      Arrays.stream(Protobuf.values()).map(ConnectForms::new).toList();

  /** Field names as ChirpStack's JSON has them. */
  private static final Map<String, String> CAMEL =
      Map.of(
          "dev_eui", "devEui",
          "f_port", "fPort",
          "data_hex", "dataHex",
          "expires_at", "expiresAt",
          "is_encrypted", "isEncrypted",
          "f_cnt_down", "fCntDown",
          "flush_queue", "flushQueue");

  private final Random random;

  RandomForm(Random random) {
    this.random = random;
  }

  SinkRecord record(String devEui, Map<String, Object> given) {
    Map<String, Object> fields = new LinkedHashMap<>(given);
    Object key = "sender's own";
    String header = null;
    switch (random.nextInt(6)) {
      case 0 -> key = devEui;
      case 1 -> key = "\"" + devEui.toUpperCase(Locale.ROOT) + "\"";
      case 2 -> key = ("{\"DEV_EUI\":\"" + devEui + "\"}").getBytes(StandardCharsets.UTF_8);
      case 3 -> key = ConnectForms.message("Key", Map.of("DEV_EUI", devEui));
      case 4 -> header = devEui;
      default -> {
        key = random.nextBoolean() ? null : devEui;
        fields.put("dev_eui", random.nextBoolean() ? devEui : devEui + " ");
      }
    }
    SinkRecord record = new SinkRecord("commands", 0, null, key, null, value(fields), 7);
    if (header != null) {
      record.headers().addString("chirpstack.dev_eui", header);
    }
    return record;
  }

  private Object value(Map<String, Object> fields) {
    return switch (random.nextInt(9)) {
      case 0 -> json(spelled(fields));
      case 1 -> json(spelled(fields)).getBytes(StandardCharsets.UTF_8);
      case 2 -> ByteBuffer.wrap(json(spelled(fields)).getBytes(StandardCharsets.UTF_8));
      case 3 -> spelled(fields);
      case 4 -> json(body(fields));
      case 5 -> upperCase(fields);
      case 6 -> protobuf().object(spelled(fields));
      case 7 -> protobufMessage(fields);
      default -> avroRecord(fields);
    };
  }

  private ConnectForms protobuf() {
    return PROTOBUF.get(random.nextInt(PROTOBUF.size()));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private Map<String, Object> spelled(Map<String, Object> fields) {
    Map<String, Object> spelled = new LinkedHashMap<>();
    fields.forEach(
        (name, value) ->
            spelled.put(random.nextBoolean() ? name : CAMEL.getOrDefault(name, name), value));
    if (random.nextInt(4) == 0) {
      spelled.put("reference", "mine");
    }
    return spelled;
  }

  private Map<String, Object> body(Map<String, Object> fields) {
    Map<String, Object> item = spelled(fields);
    Map<String, Object> body = new LinkedHashMap<>();
    for (String name : List.of("flush_queue", "flushQueue")) {
      if (item.containsKey(name)) {
        body.put(name, item.remove(name));
      }
    }
    if (random.nextBoolean()) {
      item.put("isPending", false);
      body.put("queueItem", item);
    } else {
      item.put("fCnt", 0);
      if (item.get("object") instanceof Map<?, ?> object) {
        item.remove("object");
        item.put("jsonObject", json(object));
      }
      body.put("deviceQueueItem", item);
    }
    return body;
  }

  /** As ksqlDB writes; an object in backticks keeps its names. */
  private static Map<String, Object> upperCase(Map<String, Object> fields) {
    Map<String, Object> upper = new LinkedHashMap<>();
    fields.forEach(
        (name, value) ->
            upper.put(name.equals("object") ? name : name.toUpperCase(Locale.ROOT), value));
    return upper;
  }

  private Object protobufMessage(Map<String, Object> fields) {
    ConnectForms forms = protobuf();
    Map<String, Object> message = new LinkedHashMap<>();
    boolean defaults = random.nextBoolean();
    if (defaults) {
      message.put("id", "");
      message.put("dev_eui", "");
      message.put("f_cnt_down", 0L);
      message.put("data_hex", "");
      message.put("data", ByteBuffer.allocate(0));
    }
    fields.forEach(
        (name, value) -> {
          Object plain = value instanceof Integer number ? (Object) number.longValue() : value;
          if (value instanceof Map<?, ?> object) {
            plain = forms.object(asFields(object));
          } else if (value instanceof String text && random.nextInt(4) == 0) {
            plain = ConnectForms.wrapper("StringValue", Schema.STRING_SCHEMA, text);
          }
          message.put(name, plain);
        });
    if (!defaults) {
      moveIntoOneof(forms, message);
    }
    return ConnectForms.message("Command", message);
  }

  private static void moveIntoOneof(ConnectForms forms, Map<String, Object> message) {
    Map<String, Schema> members = new LinkedHashMap<>();
    members.put("data", Schema.OPTIONAL_STRING_SCHEMA);
    members.put("data_hex", Schema.OPTIONAL_STRING_SCHEMA);
    members.put("object", forms.objectSchema());
    for (String member : members.keySet()) {
      Object value = message.get(member);
      if (value instanceof String || (value != null && member.equals("object"))) {
        message.remove(member);
        message.put(
            "payload_0", ConnectForms.oneof(forms.oneofSchema("payload", members), member, value));
        return;
      }
    }
  }

  private Object avroRecord(Map<String, Object> fields) {
    Map<String, Object> record = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> object) {
            record.put(
                name, random.nextBoolean() ? json(object) : protobuf().object(asFields(object)));
          } else {
            record.put(name, random.nextInt(3) == 0 ? union(value) : value);
          }
        });
    return ConnectForms.message("com.acme.Command", record);
  }

  private Object union(Object value) {
    List<Schema> types =
        List.of(
            Schema.OPTIONAL_STRING_SCHEMA,
            Schema.OPTIONAL_BOOLEAN_SCHEMA,
            Schema.OPTIONAL_INT32_SCHEMA,
            Schema.OPTIONAL_INT64_SCHEMA);
    int index =
        value instanceof String
            ? 0
            : value instanceof Boolean ? 1 : value instanceof Integer ? 2 : 3;
    List<String> names = List.of("string", "boolean", "int", "long");
    return switch (random.nextInt(3)) {
      case 0 -> ConnectForms.generalUnion(types, index, value);
      case 1 -> ConnectForms.jsonUnion(types, index, value);
      default -> {
        Map<String, Schema> members = new LinkedHashMap<>();
        for (int i = 0; i < types.size(); i++) {
          members.put(names.get(i), types.get(i));
        }
        yield ConnectForms.avroUnion(members, names.get(index), value);
      }
    };
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asFields(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }

  /** Any value that a converter or a transform can bring. */
  Object anything(int depth) {
    return switch (random.nextInt(depth < 4 ? 14 : 10)) {
      case 0 -> null;
      case 1 -> random.nextLong();
      case 2 -> random.nextDouble();
      case 3 -> Double.NaN;
      case 4 -> random.nextBoolean();
      case 5 -> RandomCommand.text(random);
      case 6 -> bytes();
      case 7 -> ByteBuffer.wrap(bytes());
      case 8 -> new java.util.Date(random.nextLong(1L << 40));
      case 9 -> new java.math.BigDecimal("1e" + (random.nextInt(1000) - 500));
      case 10 -> List.of(notNull(anything(depth + 1)), notNull(anything(depth + 1)));
      case 11 -> protobuf().object(Map.of("f_port", random.nextInt(300)));
      case 12 ->
          ConnectForms.message(
              List.of("Value", "Struct", "Any", "Union", "com.acme.Union").get(random.nextInt(5)),
              Map.of("value", random.nextLong(), "type_url", "x"));
      default -> anyMap(depth);
    };
  }

  private static Object notNull(Object value) {
    return value == null ? "" : value;
  }

  private Map<Object, Object> anyMap(int depth) {
    List<String> names =
        List.of("f_port", "data", "data_hex", "object", "devEui", "id", "queueItem", "command");
    Map<Object, Object> map = new HashMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      Object name =
          random.nextInt(20) == 0
              ? (Object) random.nextLong()
              : names.get(random.nextInt(names.size()));
      map.put(name, anything(depth + 1));
    }
    return map;
  }

  byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }
}
