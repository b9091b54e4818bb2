package io.github.chirpconnect.sink.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apicurio.registry.utils.converter.avro.AvroData;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.sink.command.ConnectForms.Protobuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Puts the fields of a command into a record, in one of the forms that senders and converters make.
 */
public final class RandomForm {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonConverter WITH_SCHEMAS = converter(true);
  private static final JsonConverter WITHOUT_SCHEMAS = converter(false);
  private static final List<ConnectForms> PROTOBUF =
      Arrays.stream(Protobuf.values()).map(ConnectForms::new).toList();

  /** Field names as ChirpStack's JSON has them. */
  private static final Map<String, String> CAMEL =
      Map.of(
          "dev_eui", "devEui",
          "multicast_group_id", "multicastGroupId",
          "f_port", "fPort",
          "data_hex", "dataHex",
          "expires_at", "expiresAt",
          "is_encrypted", "isEncrypted",
          "f_cnt_down", "fCntDown",
          "flush_queue", "flushQueue");

  private final Random random;

  public RandomForm(Random random) {
    this.random = random;
  }

  private static JsonConverter converter(boolean schemas) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", schemas), false);
    return converter;
  }

  /** A record that says this, somehow. */
  public SinkRecord record(RandomCommand meant) {
    return record(meant.target, meant.fields(random));
  }

  SinkRecord record(Target target, Map<String, Object> given) {
    return named(target, given, this::value);
  }

  /** As {@link #record}, in JSON text that has any value, or in a map. */
  SinkRecord plainRecord(Target target, Map<String, Object> given) {
    return named(
        target, given, fields -> random.nextBoolean() ? json(spelled(fields)) : spelled(fields));
  }

  /** A record whose target is named in these fields alone. */
  SinkRecord namelessRecord(Map<String, Object> given) {
    Map<String, Object> fields = new LinkedHashMap<>();
    given.forEach((name, value) -> fields.put(name, loose(name, value)));
    return record(random.nextBoolean() ? null : "sender's own", value(fields));
  }

  private static SinkRecord record(Object key, Object value) {
    return new SinkRecord("commands", 0, null, key, null, value, 0);
  }

  /** JSON text with fields as ChirpStack or this connector names them, the target among them. */
  public String text(RandomCommand meant) {
    Map<String, Object> fields = meant.fields(random);
    fields.put(nameOf(meant.target), meant.target.id());
    return json(random.nextBoolean() ? spelled(fields) : body(fields));
  }

  private SinkRecord named(
      Target target, Map<String, Object> given, Function<Map<String, Object>, Object> form) {
    Map<String, Object> fields = new LinkedHashMap<>();
    given.forEach((name, value) -> fields.put(name, loose(name, value)));
    String field = nameOf(target);
    String name = spelled(target);
    Object key = "sender's own";
    String header = null;
    switch (random.nextInt(7)) {
      case 0 -> key = name;
      case 1 -> key = "\"" + name + "\"";
      case 2 ->
          key =
              ("{\"" + field.toUpperCase(Locale.ROOT) + "\":\"" + name + "\"}")
                  .getBytes(StandardCharsets.UTF_8);
      case 3 -> key = ConnectForms.message("Key", Map.of(field.toUpperCase(Locale.ROOT), name));
      case 4 -> header = name;
      case 5 -> {
        key = new UUID(random.nextLong(), random.nextLong()).toString(); // which means nothing
        fields.put(field, name);
      }
      default -> {
        key = random.nextBoolean() ? null : name;
        fields.put(field, name + " ");
      }
    }
    SinkRecord record = record(key, form.apply(fields));
    if (header != null) {
      record.headers().addString("chirpstack." + field, header);
    }
    return record;
  }

  static String nameOf(Target target) {
    return target.isGroup() ? "multicast_group_id" : "dev_eui";
  }

  private String spelled(Target target) {
    String id = target.id();
    if (target.isGroup()) {
      return switch (random.nextInt(5)) {
        case 0 -> id.toUpperCase(Locale.ROOT);
        case 1 -> id.replace("-", "");
        case 2 -> "{" + id + "}";
        case 3 -> "urn:uuid:" + id;
        default -> id;
      };
    }
    return switch (random.nextInt(5)) {
      case 0 -> id.toUpperCase(Locale.ROOT);
      case 1 -> id.replaceAll("..(?=.)", "$0-");
      case 2 -> id.replaceAll("..(?=.)", "$0:");
      case 3 -> "0x" + id;
      default -> id;
    };
  }

  /** Numbers and flags as text, and whole numbers as floating-point ones. */
  private Object loose(String name, Object value) {
    if (value instanceof Boolean && random.nextInt(4) == 0) {
      return random.nextBoolean() ? value.toString() : value.toString().toUpperCase(Locale.ROOT);
    }
    if (value instanceof Number number && !name.equals("expires_at")) {
      return switch (random.nextInt(6)) {
        case 0 -> value.toString();
        case 1 -> number.doubleValue();
        case 2 -> number.doubleValue() + "";
        default -> value;
      };
    }
    return value;
  }

  private Object value(Map<String, Object> fields) {
    return switch (random.nextInt(12)) {
      case 0 -> json(spelled(fields));
      case 1 -> json(spelled(fields)).getBytes(StandardCharsets.UTF_8);
      case 2 -> ByteBuffer.wrap(json(spelled(fields)).getBytes(StandardCharsets.UTF_8));
      case 3 -> spelled(fields);
      case 4 -> json(body(fields));
      case 5 -> upperCase(fields);
      case 6 -> protobuf().object(spelled(fields));
      case 7 -> protobufMessage(fields);
      case 8 -> avroRecord(fields);
      case 9 -> ofConverter(json(spelled(fields)));
      case 10 -> throughJson(typed(fields, true));
      default -> throughAvro(typed(fields, false));
    };
  }

  /** What JsonConverter makes of JSON without schemas. */
  private static Object ofConverter(String json) {
    return WITHOUT_SCHEMAS.toConnectData("commands", json.getBytes(StandardCharsets.UTF_8)).value();
  }

  /** There and back, as JSON with its schema. */
  private static Object throughJson(Struct value) {
    return WITH_SCHEMAS.toConnectData("commands", withSchema(value)).value();
  }

  private static byte[] withSchema(Struct value) {
    return WITH_SCHEMAS.fromConnectData("commands", value.schema(), value);
  }

  /** JSON text beside its schema, the target among its fields. */
  public byte[] textWithSchema(RandomCommand meant) {
    Map<String, Object> fields = meant.fields(random);
    fields.put(nameOf(meant.target), meant.target.id());
    return withSchema(typed(fields, false));
  }

  /** There and back, as an Avro record of its own type. */
  private static Object throughAvro(Struct value) {
    AvroData avro = new AvroData(1);
    return avro.toConnectData(
            avro.fromConnectSchema(value.schema()), avro.fromConnectData(value.schema(), value))
        .value();
  }

  /**
   * A Struct with a field of its type for each value.
   *
   * @param nests whether an object can be a Struct with the object's own names
   */
  private Struct typed(Map<String, Object> fields, boolean nests) {
    Map<String, Object> typed = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          boolean time = name.equals("expires_at") && value instanceof Long && random.nextBoolean();
          Object put = time ? new Date((Long) value) : value;
          if (value instanceof Map<?, ?> object) {
            Optional<Struct> nested = nests ? ConnectForms.nested(object) : Optional.empty();
            put = nested.<Object>map(struct -> struct).orElseGet(() -> json(object));
          }
          typed.put(name, put);
        });
    return ConnectForms.message("com.acme.Command", typed);
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
            spelled.put(
                random.nextBoolean() ? name : CAMEL.getOrDefault(name, name), textual(value)));
    if (random.nextInt(4) == 0) {
      spelled.put("reference", "mine");
    }
    return spelled;
  }

  private static Object textual(Object value) {
    return value instanceof ByteBuffer bytes
        ? StandardCharsets.ISO_8859_1
            .decode(Base64.getEncoder().encode(bytes.duplicate()))
            .toString()
        : value;
  }

  private Map<String, Object> body(Map<String, Object> fields) {
    Map<String, Object> item = spelled(fields);
    Map<String, Object> body = new LinkedHashMap<>();
    for (String name : List.of("flush_queue", "flushQueue")) {
      if (item.containsKey(name)) {
        body.put(name, item.remove(name));
      }
    }
    boolean ofGroup =
        item.containsKey("multicast_group_id") || item.containsKey("multicastGroupId");
    boolean ofDevice = item.containsKey("dev_eui") || item.containsKey("devEui");
    if (random.nextBoolean() || !(ofGroup || ofDevice)) {
      item.put("isPending", false);
      body.put("queueItem", item);
    } else {
      item.put("fCnt", 0);
      if (item.get("object") instanceof Map<?, ?> object) {
        item.remove("object");
        item.put("jsonObject", json(object));
      }
      body.put(ofGroup ? "multicastQueueItem" : "deviceQueueItem", item);
    }
    return body;
  }

  /** As ksqlDB writes; an object in backticks keeps its names. */
  private static Map<String, Object> upperCase(Map<String, Object> fields) {
    Map<String, Object> upper = new LinkedHashMap<>();
    fields.forEach(
        (name, value) ->
            upper.put(
                name.equals("object") ? name : name.toUpperCase(Locale.ROOT), textual(value)));
    return upper;
  }

  private Object protobufMessage(Map<String, Object> fields) {
    ConnectForms forms = protobuf();
    Map<String, Object> message = new LinkedHashMap<>();
    boolean defaults = random.nextBoolean();
    if (defaults) {
      message.put("id", "");
      message.put("dev_eui", "");
      message.put("multicast_group_id", "");
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
          } else if (value instanceof ByteBuffer bytes && random.nextInt(4) == 0) {
            plain = ConnectForms.wrapper("BytesValue", Schema.BYTES_SCHEMA, bytes);
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
                name,
                switch (random.nextInt(3)) {
                  case 0 -> json(object);
                  case 1 -> protobuf().object(asFields(object));
                  default ->
                      ConnectForms.nested(object)
                          .<Object>map(nested -> nested)
                          .orElse(json(object));
                });
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
            Schema.OPTIONAL_INT64_SCHEMA,
            Schema.OPTIONAL_FLOAT64_SCHEMA,
            Schema.OPTIONAL_BYTES_SCHEMA);
    List<Class<?>> classes =
        List.of(
            String.class, Boolean.class, Integer.class, Long.class, Double.class, ByteBuffer.class);
    int index = 0;
    while (!classes.get(index).isInstance(value)) {
      index++;
    }
    List<String> names = List.of("string", "boolean", "int", "long", "double", "bytes");
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
  public Object anything(int depth) {
    return switch (random.nextInt(depth < 4 ? 14 : 10)) {
      case 0 -> null;
      case 1 -> random.nextLong();
      case 2 -> random.nextDouble();
      case 3 -> Double.NaN;
      case 4 -> random.nextBoolean();
      case 5 -> RandomCommand.text(random);
      case 6 -> bytes();
      case 7 -> ByteBuffer.wrap(bytes());
      case 8 -> new Date(random.nextLong(1L << 40));
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

  public byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }
}
