package io.github.chirpconnect.sink.command;

import static io.github.chirpconnect.sink.command.ConnectForms.message;
import static io.github.chirpconnect.sink.command.ConnectForms.wrapper;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apicurio.registry.utils.converter.avro.AvroData;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.config.SinkConfig.Tombstone;
import io.github.chirpconnect.sink.command.ConnectForms.Protobuf;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands as the converters of Protobuf, Avro and JSON Schema give them. */
class CommandOfConverterTest {
  private static final String EUI = "0102030405060708";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CommandReader reader = new CommandReader(Tombstone.REJECT, text -> {});

  @ParameterizedTest
  @EnumSource
  void aStructOfProtobufIsTheJsonThatItStandsFor(Protobuf set) {
    ConnectForms forms = new ConnectForms(set);
    Map<String, Object> meant = new LinkedHashMap<>();
    meant.put("on", true);
    meant.put("level", 7);
    meant.put("name", "ü");
    meant.put("none", null);
    meant.put("list", Arrays.asList(1, "a", null, List.of(), Map.of("b", false)));
    meant.put("nested", Map.of("empty", Map.of(), "value", "kind_0"));

    assertObject(
        objectOf(forms.object(meant)),
        """
        {"on": true, "level": 7.0, "name": "ü", "none": null,
         "list": [1.0, "a", null, [], {"b": false}], "nested": {"empty": {}, "value": "kind_0"}}""");
  }

  /** A sender whose whole message is one {@code google.protobuf.Struct}. */
  @ParameterizedTest
  @EnumSource
  void aCommandCanBeOneStructOfProtobuf(Protobuf set) {
    Struct command =
        new ConnectForms(set)
            .object(Map.of("devEui", EUI, "fPort", 10, "data", "AQID", "confirmed", true, "id", 7));

    Command.Enqueue read = enqueue(command);

    assertThat(read.id()).isEqualTo("7");
    assertThat(read.downlink().target().id()).isEqualTo(EUI);
    assertThat(read.downlink().fPort()).isEqualTo(10);
    assertThat(read.downlink().data()).containsExactly(1, 2, 3);
    assertThat(read.downlink().confirmed()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aMemberOfAOneofIsAFieldOfTheMessage(Protobuf set) {
    ConnectForms forms = new ConnectForms(set);
    Map<String, Schema> members = new LinkedHashMap<>();
    members.put("data", Schema.OPTIONAL_BYTES_SCHEMA);
    members.put("data_hex", Schema.OPTIONAL_STRING_SCHEMA);
    members.put("object", forms.objectSchema());
    Schema payload = forms.oneofSchema("payload", members);

    Downlink bytes =
        withOneof(ConnectForms.oneof(payload, "data", ByteBuffer.wrap(new byte[] {1, 2})));
    Downlink hex = withOneof(ConnectForms.oneof(payload, "data_hex", "0a0b"));
    Downlink object =
        withOneof(ConnectForms.oneof(payload, "object", forms.object(Map.of("on", true))));

    assertThat(bytes.data()).containsExactly(1, 2);
    assertThat(hex.data()).containsExactly(0x0a, 0x0b);
    assertThat(object.objectJson()).isEqualTo("{\"on\":true}");
  }

  private Downlink withOneof(Struct payload) {
    return enqueue(message("Command", ordered("dev_eui", EUI, "f_port", 2L, "payload_0", payload)))
        .downlink();
  }

  @Test
  void wrappersOfProtobufAreWhatTheyWrap() {
    Struct command =
        message(
            "Command",
            ordered(
                "dev_eui", wrapper("StringValue", Schema.STRING_SCHEMA, EUI),
                "f_port", wrapper("google.protobuf.UInt32Value", Schema.INT64_SCHEMA, 3L),
                "confirmed", wrapper("BoolValue", Schema.BOOLEAN_SCHEMA, true),
                "data", wrapper("BytesValue", Schema.BYTES_SCHEMA, ByteBuffer.wrap(new byte[] {5})),
                "id", wrapper("Int64Value", Schema.INT64_SCHEMA, 12L)));

    Command.Enqueue read = enqueue(command);

    assertThat(read.id()).isEqualTo("12");
    assertThat(read.downlink().fPort()).isEqualTo(3);
    assertThat(read.downlink().confirmed()).isTrue();
    assertThat(read.downlink().data()).containsExactly(5);
    assertThat(
            objectOf(
                message(
                    "Valve", ordered("level", wrapper("DoubleValue", Schema.FLOAT64_SCHEMA, 2.5)))))
        .isEqualTo("{\"level\":2.5}");
  }

  /** What a sender's own type is called says nothing. */
  @Test
  void aTypeOfTheSendersOwnIsNoWellKnownOne() {
    Struct value = message("Value", ordered("kind", "valve", "level", 3));
    Struct wrapper = message("com.acme.StringValue", ordered("value", "x"));
    Struct union = message("com.acme.Union", ordered("left", 1, "right", 2));

    assertThat(objectOf(message("Object", ordered("a", value, "b", wrapper, "c", union))))
        .isEqualTo(
            "{\"a\":{\"kind\":\"valve\",\"level\":3},\"b\":{\"value\":\"x\"},\"c\":{\"left\":1,\"right\":2}}");
  }

  /** A proto3 message has a value in each scalar field, set or not. */
  @Test
  void defaultsOfProto3AreFieldsThatNobodySet() {
    ConnectForms forms = new ConnectForms(Protobuf.DEFAULT);
    Map<String, Object> unset =
        ordered(
            "id",
            "",
            "dev_eui",
            "",
            "command",
            "",
            "multicast_group_id",
            "",
            "f_port",
            5L,
            "confirmed",
            false,
            "data",
            ByteBuffer.allocate(0),
            "data_hex",
            "",
            "is_encrypted",
            false,
            "f_cnt_down",
            0L,
            "flush_queue",
            false,
            "expires_at",
            0L);
    Map<String, Object> object = new LinkedHashMap<>(unset);
    object.put("object", forms.object(Map.of("level", 7)));
    Map<String, Object> hex = new LinkedHashMap<>(unset);
    hex.put("data_hex", "0a");

    Map<String, Object> flush = new LinkedHashMap<>(unset);
    flush.put("command", "flush");
    flush.put("dev_eui", EUI);
    flush.put("f_port", 0L);

    Command.Enqueue withObject = enqueue(message("Command", object));
    Command.Enqueue withHex = enqueue(message("Command", hex));
    Command.Enqueue withNothing = enqueue(message("Command", unset));

    assertThat(withObject.id()).isNull();
    assertThat(withObject.downlink())
        .isEqualTo(
            new Downlink(Target.device(EUI), 5, false, null, "{\"level\":7.0}", null, null, false));
    assertThat(withHex.downlink().data()).containsExactly(0x0a);
    assertThat(withNothing.downlink().data()).isEmpty();
    assertThat(withNothing.downlink().expiresAt()).isNull();
    assertThat(withNothing.downlink().encryptedFCntDown()).isNull();
    assertThat(reader.read(record(message("Command", flush))))
        .isEqualTo(new Command.Flush(Target.device(EUI), null));
  }

  @Test
  void aFieldOfAStructThatIsNullIsNotThereAndANullInAMapIs() {
    Schema valve =
        SchemaBuilder.struct()
            .field("on", Schema.BOOLEAN_SCHEMA)
            .field("level", Schema.OPTIONAL_INT32_SCHEMA)
            .field("extra", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA))
            .build();
    Map<String, Object> extra = new HashMap<>();
    extra.put("note", null);

    assertThat(objectOf(new Struct(valve).put("on", true).put("extra", extra)))
        .isEqualTo("{\"on\":true,\"extra\":{\"note\":null}}");
  }

  @Test
  void aUnionIsTheValueThatItIsSetTo() {
    Map<String, Schema> members =
        ordered(
            "string", Schema.OPTIONAL_STRING_SCHEMA,
            "double", Schema.OPTIONAL_FLOAT64_SCHEMA,
            "boolean", Schema.OPTIONAL_BOOLEAN_SCHEMA);
    List<Schema> types = List.copyOf(members.values());
    Struct object =
        message(
            "Object",
            ordered(
                "avro", ConnectForms.avroUnion(members, "double", 2.5),
                "general", ConnectForms.generalUnion(types, 0, "a"),
                "json", ConnectForms.jsonUnion(types, 2, true)));

    assertThat(objectOf(object)).isEqualTo("{\"avro\":2.5,\"general\":\"a\",\"json\":true}");
  }

  @Test
  void aUnionThatIsSetToTwoValuesIsRefused() {
    Struct union =
        ConnectForms.avroUnion(
                ordered(
                    "string", Schema.OPTIONAL_STRING_SCHEMA,
                    "double", Schema.OPTIONAL_FLOAT64_SCHEMA),
                "double",
                2.5)
            .put("string", "a");

    assertThat(reasonOf(message("Object", ordered("level", union))))
        .startsWith("object.level is a union with two values, string and double; set one");
  }

  @Test
  void aUnionOfAForkOfTheConverterIsKnownByItsShape() {
    Schema valve =
        SchemaBuilder.struct()
            .name("com.acme.Valve")
            .field("on", Schema.BOOLEAN_SCHEMA)
            .optional()
            .build();
    Schema union =
        SchemaBuilder.struct()
            .name("com.microsoft.azure.Union")
            .field("string", Schema.OPTIONAL_STRING_SCHEMA)
            .field("Valve", valve)
            .build();

    assertThat(objectOf(new Struct(union).put("Valve", new Struct(valve).put("on", true))))
        .isEqualTo("{\"on\":true}");
    assertThat(objectOf(new Struct(union).put("string", "{\"on\":false}")))
        .isEqualTo("{\"on\":false}");
  }

  /** By Apicurio's own code, which is Confluent's here to the name of the union. */
  @Test
  void avroRecordsWithUnionsAndLogicalTypes() {
    org.apache.avro.Schema schema =
        new org.apache.avro.Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Command", "fields": [
                  {"name": "dev_eui", "type": ["string", "bytes"]},
                  {"name": "f_port", "type": "int"},
                  {"name": "data", "type": ["null", "bytes"], "default": null},
                  {"name": "expires_at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
                  {"name": "object", "type": ["null", "string",
                    {"type": "map", "values": ["null", "boolean", "double", "long", "string",
                      {"type": "record", "name": "Inner", "fields": [{"name": "a", "type": ["int", "string"]}]}]}]}
                ]}""");
    org.apache.avro.Schema inner =
        schema.getField("object").schema().getTypes().get(2).getValueType().getTypes().get(5);
    Map<String, Object> object = new HashMap<>();
    object.put("on", true);
    object.put("level", 2.5);
    object.put("count", 7L);
    object.put("none", null);
    object.put("inner", new GenericRecordBuilder(inner).set("a", 3).build());
    Object record =
        new GenericRecordBuilder(schema)
            .set("dev_eui", EUI)
            .set("f_port", 3)
            .set("expires_at", 1_795_521_440_000L)
            .set("object", object)
            .build();

    Downlink downlink = enqueue(new AvroData(10).toConnectData(schema, record).value()).downlink();

    assertThat(downlink.expiresAt()).isEqualTo("2026-11-24T11:57:20Z");
    assertObject(
        downlink.objectJson(),
        "{\"on\": true, \"level\": 2.5, \"count\": 7, \"none\": null, \"inner\": {\"a\": 3}}");
    GenericData.Record text = (GenericData.Record) record;
    text.put("object", "{\"on\": true}");
    assertThat(
            enqueue(new AvroData(10).toConnectData(schema, text).value()).downlink().objectJson())
        .isEqualTo("{\"on\": true}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "9007199254740993 | 9007199254740992",
        "-9007199254740993 | -9007199254740992",
        "18446744073709551615 | 18446744073709552000",
        "1e400 | infinity",
        "1e-400 | 0.0",
        "3.14159265358979323846 | 3.141592653589793",
        "123456789012345678901234567890.5 | 1.2345678901234568E29"
      })
  void aNumberThatIsNoDoubleIsRefusedByItsPath(String number, String received) {
    String json =
        "{\"dev_eui\":\"%s\",\"f_port\":1,\"object\":{\"a\":[{\"n\":%s}]}}".formatted(EUI, number);
    String asText =
        "{\"dev_eui\":\"%s\",\"f_port\":1,\"object\":\"{\\\"a\\\":[{\\\"n\\\":%s}]}\"}"
            .formatted(EUI, number);

    for (String command : List.of(json, asText)) {
      assertThat(reason(command))
          .startsWith("object.a[0].n is ")
          .contains(
              "which the codec would get as " + received + ", since it computes with doubles");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9007199254740992",
        "9007199254740994",
        "1152921504606846976",
        "123456789012345680000",
        "0.1",
        "0.10000000000000001",
        "0.1000000000000000055511151231257827",
        "0.10000000000000000555",
        "1e300",
        "-0.5",
        "27.0"
      })
  void aNumberThatADoubleHoldsIsPassedOnAsItIs(String number) throws JsonProcessingException {
    String json = "{\"dev_eui\":\"%s\",\"f_port\":1,\"object\":{\"n\":%s}}".formatted(EUI, number);

    String object = enqueue(json).downlink().objectJson();

    assertThat(JSON.readTree(object).get("n").doubleValue()).isEqualTo(Double.parseDouble(number));
  }

  @Test
  void numbersOfConnectsOwnTypes() {
    Schema schema =
        SchemaBuilder.struct()
            .field("decimal", Decimal.schema(2))
            .field("float", Schema.FLOAT32_SCHEMA)
            .field("short", Schema.INT16_SCHEMA)
            .build();
    Struct good =
        new Struct(schema)
            .put("decimal", new BigDecimal("21.50"))
            .put("float", 0.1f)
            .put("short", (short) 3);

    assertThat(objectOf(good)).isEqualTo("{\"decimal\":21.50,\"float\":0.1,\"short\":3}");
    assertThat(reasonOf(good.put("decimal", new BigDecimal("90071992547409930.25"))))
        .startsWith("object.decimal is 90071992547409930.25");
    assertThat(reasonOf(good.put("decimal", BigDecimal.ONE.setScale(2)).put("float", Float.NaN)))
        .startsWith("object.float is NaN, which JSON does not have");
    assertThat(
            reasonOf(
                new ConnectForms(Protobuf.DEFAULT).object(Map.of("n", Double.NEGATIVE_INFINITY))))
        .startsWith("object.n is -Infinity");
    assertThat(reasonOf(message("Object", ordered("n", 9_007_199_254_740_993L))))
        .startsWith("object.n is 9007199254740993");
  }

  @Test
  void timesOfConnectAreIsoText() {
    Schema schema =
        SchemaBuilder.struct()
            .field("at", Timestamp.SCHEMA)
            .field("day", org.apache.kafka.connect.data.Date.SCHEMA)
            .field("time", Time.SCHEMA)
            .field("days", SchemaBuilder.array(org.apache.kafka.connect.data.Date.SCHEMA))
            .build();
    Date day = Date.from(Instant.parse("2026-07-23T00:00:00Z"));
    Struct object =
        new Struct(schema)
            .put("at", Date.from(Instant.parse("2026-07-23T08:00:00.5Z")))
            .put("day", day)
            .put("time", new Date(8 * 3_600_000L))
            .put("days", List.of(day));

    assertThat(objectOf(object))
        .isEqualTo(
            "{\"at\":\"2026-07-23T08:00:00.500Z\",\"day\":\"2026-07-23\",\"time\":\"08:00\",\"days\":[\"2026-07-23\"]}");
  }

  @Test
  void aDateOrATimeOfDayIsNoMomentToExpireAt() {
    for (Schema type : List.of(org.apache.kafka.connect.data.Date.SCHEMA, Time.SCHEMA)) {
      Schema schema =
          SchemaBuilder.struct()
              .field("dev_eui", Schema.STRING_SCHEMA)
              .field("f_port", Schema.INT32_SCHEMA)
              .field("data_hex", Schema.STRING_SCHEMA)
              .field("expires_at", type)
              .build();
      Struct command =
          new Struct(schema)
              .put("dev_eui", EUI)
              .put("f_port", 1)
              .put("data_hex", "01")
              .put("expires_at", new Date(0));

      assertThat(reason(command)).startsWith("expires_at is a").contains("write a time as in");
    }
  }

  @Test
  void whatCannotBeReadIsRefusedByItsPathAndForm() {
    Struct any = message("Any", ordered("type_url", "x", "value", new byte[] {1}));
    Struct variant =
        message(
            "org.apache.kafka.connect.data.Variant",
            ordered("metadata", new byte[] {1}, "value", new byte[] {2}));
    Struct nothing = new Struct(SchemaBuilder.struct().optional().build());
    Map<Object, Object> numbered = new HashMap<>();
    numbered.put(1.5, "a");

    assertThat(reasonOf(message("Object", ordered("a", any))))
        .startsWith("object.a is a google.protobuf.Any");
    assertThat(reasonOf(message("Object", ordered("a", variant))))
        .startsWith("object.a is a Variant");
    assertThat(reasonOf(nothing)).startsWith("object came as a Struct without fields");
    assertThat(reasonOf(message("Object", ordered("a", nothing))))
        .startsWith("object.a came as a Struct without fields");
    assertThat(reason(command(numbered))).startsWith("object has the key '1.5', which is not text");
    assertThat(reason(command(Map.of("a", "\ud83d"))))
        .startsWith("object.a has half of a character");
    assertThat(reason(command(new ArrayList<>())))
        .startsWith("object is a list; write a JSON object");
    assertThat(reason(command(nested(33)))).startsWith("object is nested more than 32 levels deep");
    assertThat(enqueue(command(nested(32))).downlink().objectJson()).startsWith("{\"a\":{");
    assertThat(reason(command(nested(5_000)))).contains("nested more than 64 levels deep");
  }

  private static Object nested(int levels) {
    Object inner = 1;
    for (int i = 0; i < levels; i++) {
      inner = Map.of("a", inner);
    }
    return inner;
  }

  /** Protobuf's maps may have such keys, and its JSON writes them as text. */
  @Test
  void keysThatAreWholeNumbersAreNames() {
    assertThat(enqueue(command(Map.of(1, "a"))).downlink().objectJson()).isEqualTo("{\"1\":\"a\"}");
  }

  private static Map<String, Object> command(Object object) {
    return Map.of("dev_eui", EUI, "f_port", 3, "object", object);
  }

  private String objectOf(Struct object) {
    return enqueue(command(object)).downlink().objectJson();
  }

  private String reasonOf(Struct object) {
    return reason(command(object));
  }

  private static void assertObject(String found, String expected) {
    try {
      assertThat(JSON.readTree(found)).isEqualTo(JSON.readTree(expected));
    } catch (JsonProcessingException e) {
      throw new AssertionError(found, e);
    }
  }

  private Command.Enqueue enqueue(Object value) {
    ParsedRecord reading = reader.read(record(value));
    assertThat(reading).isInstanceOf(Command.Enqueue.class);
    return (Command.Enqueue) reading;
  }

  private String reason(Object value) {
    ParsedRecord reading = reader.read(record(value));
    assertThat(reading).isInstanceOf(InvalidCommand.class);
    return ((InvalidCommand) reading).reason();
  }

  private static SinkRecord record(Object value) {
    return new SinkRecord("commands", 0, null, EUI, null, value, 0);
  }

  @SuppressWarnings("unchecked")
  private static <T> Map<String, T> ordered(Object... namesAndValues) {
    Map<String, T> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], (T) namesAndValues[i + 1]);
    }
    return map;
  }
}
