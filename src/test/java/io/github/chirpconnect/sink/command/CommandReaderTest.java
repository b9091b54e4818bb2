package io.github.chirpconnect.sink.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.config.SinkConfig.Tombstone;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandReaderTest {
  private static final String EUI = "0102030405060708";
  private static final String GROUP = "f47ac10b-58cc-4372-a567-0e02b2c3d479";

  private final CommandReader reader = new CommandReader(Tombstone.REJECT);

  @Test
  void takesTheMqttCommandOfV4AsItStands() {
    Command.Enqueue command =
        enqueue(
            null,
            """
            {"id": "b7a0c1de-0001", "devEui": "0102030405060708", "confirmed": true, "fPort": 10,
             "data": "AQID", "expiresAt": "2026-07-23T10:00:00.5+02:00"}""");

    assertThat(command.id()).isEqualTo("b7a0c1de-0001");
    Downlink downlink = command.downlink();
    assertThat(downlink.target().id()).isEqualTo(EUI);
    assertThat(downlink.confirmed()).isTrue();
    assertThat(downlink.fPort()).isEqualTo(10);
    assertThat(downlink.data()).containsExactly(1, 2, 3);
    assertThat(downlink.expiresAt()).isEqualTo("2026-07-23T08:00:00.5Z");
    assertThat(downlink.flushQueue()).isFalse();
  }

  @Test
  void takesTheMqttCommandOfV3WithTheDeviceInTheKey() {
    Downlink downlink =
        enqueue(EUI, "{\"confirmed\":false,\"fPort\":2,\"data\":\"/+8=\"}").downlink();

    assertThat(downlink.target().id()).isEqualTo(EUI);
    assertThat(downlink.data()).containsExactly(0xff, 0xef);
  }

  @Test
  void takesWhatV3sOwnLibraryWritesAroundAnObject() {
    Downlink downlink =
        enqueue(
                null,
                """
                {"applicationID": "3", "devEUI": "0102030405060708", "reference": "x", "confirmed": false,
                 "fPort": 2, "data": "", "object": {"open": 27.0, "name": "ü", "none": null}}""")
            .downlink();

    assertThat(downlink.data()).isNull();
    assertThat(downlink.objectJson()).isEqualTo("{\"open\":27.0,\"name\":\"ü\",\"none\":null}");
  }

  @Test
  void readsJsonFromBytesAsWellAsFromText() {
    byte[] json =
        "{\"dev_eui\":\"0102030405060708\",\"f_port\":1,\"data_hex\":\"00ffAB\"}"
            .getBytes(StandardCharsets.UTF_8);

    assertThat(enqueue(null, json).downlink().data()).containsExactly(0, 0xff, 0xab);
    assertThat(enqueue(null, ByteBuffer.wrap(json)).downlink().data())
        .containsExactly(0, 0xff, 0xab);
  }

  @Test
  void readsAStructWithBytesAndConnectsOwnTimestamp() {
    Schema schema =
        SchemaBuilder.struct()
            .field("dev_eui", Schema.STRING_SCHEMA)
            .field("f_port", Schema.INT8_SCHEMA)
            .field("data", Schema.BYTES_SCHEMA)
            .field("object", SchemaBuilder.struct().optional().build())
            .field("expires_at", Timestamp.SCHEMA)
            .field("is_encrypted", Schema.BOOLEAN_SCHEMA)
            .field("f_cnt_down", Schema.INT64_SCHEMA)
            .build();
    Struct value =
        new Struct(schema)
            .put("dev_eui", EUI)
            .put("f_port", (byte) 7)
            .put("data", ByteBuffer.wrap(new byte[] {9}))
            .put("expires_at", Date.from(Instant.parse("2026-07-23T08:00:00Z")))
            .put("is_encrypted", true)
            .put("f_cnt_down", 4_294_967_295L);

    Downlink downlink = enqueue(null, value).downlink();

    assertThat(downlink.fPort()).isEqualTo(7);
    assertThat(downlink.data()).containsExactly(9);
    assertThat(downlink.expiresAt()).isEqualTo("2026-07-23T08:00:00Z");
    assertThat(downlink.encryptedFCntDown()).isEqualTo(4_294_967_295L);
  }

  @Test
  void writesAnObjectOfStructsAndMapsAsJson() {
    Schema inner =
        SchemaBuilder.struct()
            .field("level", Decimal.schema(1))
            .field("raw", Schema.BYTES_SCHEMA)
            .build();
    Struct nested =
        new Struct(inner).put("level", new java.math.BigDecimal("2.5")).put("raw", new byte[] {1});
    Map<String, Object> value = map("dev_eui", EUI, "f_port", 3, "object", Map.of("valve", nested));

    assertThat(enqueue(null, value).downlink().objectJson())
        .isEqualTo("{\"valve\":{\"level\":2.5,\"raw\":\"AQ==\"}}");
  }

  @Test
  void takesAnObjectAsJsonText() {
    assertThat(enqueue(EUI, map("f_port", 3, "object", "{\"a\":1}")).downlink().objectJson())
        .isEqualTo("{\"a\":1}");
    assertThat(reason(EUI, map("f_port", 3, "object", "[1]"))).contains("object").contains("{…}");
  }

  @Test
  void permitsAnEmptyPayloadThatIsWritten() {
    assertThat(enqueue(EUI, "{\"f_port\":1,\"data\":\"\"}").downlink().data()).isEmpty();
  }

  @Test
  void readsAFlush() {
    assertThat(
            reader.read(
                record(null, "{\"command\":\"flush\",\"dev_eui\":\"" + EUI + "\",\"id\":7}")))
        .isEqualTo(new Command.Flush(Target.device(EUI), "7"));
    assertThat(reason(EUI, "{\"command\":\"flush\",\"f_port\":1}"))
        .contains("f_port", "flush_queue");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A84041FFFF123456",
        "a8-40-41-ff-ff-12-34-56",
        "a8:40:41:ff:ff:12:34:56",
        "a8 40 41 ff ff 12 34 56",
        "0xA84041FFFF123456",
        " a84041ffff123456 "
      })
  void readsEuisInTheSpellingsPeopleUse(String spelling) {
    assertThat(DevEuis.parse(spelling)).contains("a84041ffff123456");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1e2", "a84041ffff12345", "a84041ffff12345g", "a84041ffff1234567", "0x"})
  void neverPadsAnEui(String text) {
    assertThat(DevEuis.parse(text)).isEmpty();
  }

  @Test
  void findsTheDeviceInKeysOfAllKinds() {
    String command = "{\"f_port\":1,\"data\":\"AQ==\"}";
    Schema keySchema = SchemaBuilder.struct().field("devEui", Schema.STRING_SCHEMA).build();

    assertThat(enqueue("01-02-03-04-05-06-07-08", command).target().id()).isEqualTo(EUI);
    assertThat(enqueue(EUI.getBytes(StandardCharsets.UTF_8), command).target().id()).isEqualTo(EUI);
    assertThat(enqueue(Map.of("dev_eui", EUI), command).target().id()).isEqualTo(EUI);
    assertThat(enqueue(new Struct(keySchema).put("devEui", EUI), command).target().id())
        .isEqualTo(EUI);
    assertThat(reason("valve 7", command)).contains("dev_eui is missing", "chirpstack.dev_eui");
  }

  @Test
  void refusesAKeyThatNamesAnotherDeviceThanTheValue() {
    assertThat(
            reason(
                "ffffffffffffffff", "{\"dev_eui\":\"" + EUI + "\",\"f_port\":1,\"data\":\"AQ==\"}"))
        .contains("ffffffffffffffff", EUI);
  }

  @Test
  void takesTheDeviceFromAHeaderOfText() {
    SinkRecord record = record(null, "{\"f_port\":1,\"data\":\"AQ==\"}");
    record.headers().addString("chirpstack.dev_eui", "00000000000001E2");

    assertThat(reader.read(record).target().id()).isEqualTo("00000000000001e2");
  }

  /** Converters of headers pass bytes on, or write text in quotes. */
  @Test
  void takesTheDeviceFromAHeaderInTheFormsOfConverters() {
    for (Object text : List.of(EUI.getBytes(StandardCharsets.UTF_8), "\"" + EUI + "\"")) {
      SinkRecord record = record(null, "{\"f_port\":1,\"data\":\"AQ==\"}");
      record.headers().add("chirpstack.dev_eui", text, null);
      assertThat(reader.read(record).target()).isEqualTo(Target.device(EUI));
    }
    SinkRecord empty = record(EUI, "{\"f_port\":1,\"data\":\"AQ==\"}");
    empty.headers().addString("chirpstack.dev_eui", "");
    assertThat(reader.read(empty).target()).isEqualTo(Target.device(EUI));
  }

  /** Kafka's headers are a list: who forwards a record adds another of the same name. */
  @Test
  void refusesHeadersThatNameTwoDevices() {
    SinkRecord record = record(null, "{\"f_port\":1,\"data\":\"AQ==\"}");
    record.headers().addString("chirpstack.dev_eui", "ffffffffffffffff");
    record.headers().addString("chirpstack.dev_eui", EUI);

    assertThat(((InvalidCommand) reader.read(record)).reason())
        .contains("device ffffffffffffffff", "device " + EUI, "one of them is wrong");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " {\"dev_eui\":\"0102030405060708\"}\n",
        "\ufeff{\"dev_eui\":\"0102030405060708\"}",
        "\ufeff0102030405060708",
        "{\"schema\":{\"type\":\"string\",\"optional\":false},\"payload\":\"0102030405060708\"}",
        "{\"schema\":{\"type\":\"struct\"},\"payload\":{\"dev_eui\":\"0102030405060708\"}}",
      })
  void findsTheDeviceInAKeyThatIsWrittenWithMore(String key) {
    assertThat(enqueue(key, "{\"f_port\":1,\"data\":\"AQ==\"}").target().id()).isEqualTo(EUI);
    assertThat(reason(key, "{\"dev_eui\":\"ffffffffffffffff\",\"f_port\":1,\"data\":\"AQ==\"}"))
        .contains("the record's key says device " + EUI);
  }

  @Test
  void aTimeThatNobodySetIsNoExpiry() {
    assertThat(
            enqueue(EUI, "{\"f_port\":1,\"data\":\"\",\"expiresAt\":\"0001-01-01T00:00:00Z\"}")
                .downlink()
                .expiresAt())
        .isNull();
    Schema schema =
        SchemaBuilder.struct()
            .field("f_port", Schema.INT32_SCHEMA)
            .field("data", Schema.STRING_SCHEMA)
            .field("expires_at", Timestamp.SCHEMA)
            .build();
    Struct ofDefaults =
        new Struct(schema).put("f_port", 1).put("data", "").put("expires_at", new Date(0));
    assertThat(enqueue(EUI, ofDefaults).downlink().expiresAt()).isNull();
  }

  @Test
  void refusesAHeaderThatTheDefaultConverterMadeANumberOf() {
    SinkRecord record = record(null, "{\"f_port\":1,\"data\":\"AQ==\"}");
    record.headers().addByte("chirpstack.dev_eui", (byte) 100);

    assertThat(((InvalidCommand) reader.read(record)).reason())
        .contains("header.converter=org.apache.kafka.connect.storage.StringConverter");
  }

  @Test
  void doesNotMindSuchAHeaderWhenTheDeviceIsNamedElsewhere() {
    SinkRecord record = record(EUI, "{\"f_port\":1,\"data\":\"AQ==\"}");
    record.headers().addByte("chirpstack.dev_eui", (byte) 100);

    assertThat(reader.read(record)).isInstanceOf(Command.Enqueue.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"fport\":1,\"data\":\"AQ==\"} | unknown field 'fport'",
        "{\"data\":\"AQ==\"} | f_port is missing",
        "{\"f_port\":0,\"data\":\"AQ==\"} | f_port is 0, which carries MAC commands",
        "{\"f_port\":224,\"data\":\"AQ==\"} | reserved by LoRaWAN; write 1-223",
        "{\"f_port\":257,\"data\":\"AQ==\"} | f_port is 257; write 1-223",
        "{\"f_port\":-1,\"data\":\"AQ==\"} | f_port is -1; write 1-223",
        "{\"f_port\":1.5,\"data\":\"AQ==\"} | f_port is '1.5'; write a whole number",
        "{\"f_port\":1e999999999,\"data\":\"AQ==\"} | write a whole number",
        "{\"f_port\":true,\"data\":\"AQ==\"} | f_port is a boolean",
        "{\"f_port\":1,\"fPort\":1,\"data\":\"AQ==\"} | f_port is given twice",
        "{\"f_port\":1} | the payload is missing; write one of data (base64), data_hex and object",
        "{\"f_port\":1,\"data\":\"AQ==\",\"object\":{}} | more than one payload",
        "{\"f_port\":1,\"data\":\"AQ\"} | data is no base64",
        "{\"f_port\":1,\"data\":\"AR==\"} | data is no base64",
        "{\"f_port\":1,\"data\":\"_-8=\"} | URL-safe alphabet",
        "{\"f_port\":1,\"data\":\"01 02\"} | for hex use data_hex",
        "{\"f_port\":1,\"data\":[1]} | data is a",
        "{\"f_port\":1,\"data_hex\":\"abc\"} | data_hex is no hex text",
        "{\"f_port\":1,\"data\":\"AQ==\",\"confirmed\":\"yes\"} | confirmed is 'yes'; write true or false",
        "{\"f_port\":1,\"data\":\"AQ==\",\"confirmed\":1} | confirmed is a number; write true or false",
        "{\"f_port\":1,\"data\":\"AQ==\",\"expires_at\":\"tomorrow\"} | expires_at is 'tomorrow'; write a time",
        "{\"f_port\":1,\"data\":\"AQ==\",\"expires_at\":\"2026-07-23T08:00:00\"} | with its zone",
        "{\"f_port\":1,\"data\":\"AQ==\",\"expires_at\":1795521440} | looks like seconds; write milliseconds since 1970",
        "{\"f_port\":1,\"data\":\"AQ==\",\"expires_at\":\"+12026-07-23T08:00:00Z\"} | after the year 9999",
        "{\"f_port\":1,\"data\":\"AQ==\",\"f_cnt_down\":3} | write is_encrypted: true",
        "{\"f_port\":1,\"data\":\"AQ==\",\"is_encrypted\":true} | f_cnt_down is missing",
        "{\"f_port\":1,\"data\":\"AQ==\",\"is_encrypted\":true,\"f_cnt_down\":4294967296} | write 0-4294967295",
        "{\"f_port\":1,\"object\":{},\"is_encrypted\":true,\"f_cnt_down\":1} | a codec can't encrypt",
        "{\"f_port\":1,\"data\":\"AQ==\",\"multicast_group_id\":\"x\"} | multicast_group_id is 'x'; write a UUID",
        "{\"f_port\":1,\"data\":\"AQ==\",\"command\":\"reboot\"} | command is 'reboot'; write enqueue or flush",
        "{\"f_port\":1,\"data\":\"AQ==\",\"dev_eui\":12} | dev_eui is a number, which has lost its leading zeros",
        "{\"f_port\":1,\"data\":\"AQ==\",\"dev_eui\":\"1e2\"} | dev_eui is '1e2'; write 16 hex digits",
        "{\"f_port\":1,\"f_port\":2,\"data\":\"AQ==\"} | has the field 'f_port' twice; write it once",
        "{\"f_port\":1,\"data\":\"AQ==\"} x | the value is no JSON object",
        "{\"schema\":{},\"payload\":{}} | value.converter.schemas.enable=true",
        "[1] | the value is no JSON object",
        "null | the value is JSON null",
        "`` | the value is no JSON object"
      })
  void namesTheFieldAndWhatToWrite(String json, String reason) {
    assertThat(reason(EUI, json)).contains(reason);
  }

  @Test
  void refusesATombstoneUnlessItIsToMeanSomething() {
    assertThat(reason(EUI, null)).contains("the record has no value", "tombstone");
  }

  @Test
  void aTombstoneFlushesTheQueueOfItsKeysTarget() {
    CommandReader flushing = new CommandReader(Tombstone.FLUSH);
    SinkRecord withHeader = record("order 66", null);
    withHeader.headers().addString("chirpstack.multicast_group_id", GROUP);

    assertThat(flushing.read(record("A1-02-03-04-05-06-07-08", null)))
        .isEqualTo(new Command.Flush(Target.device("a102030405060708"), null));
    assertThat(flushing.read(record("{\"MULTICAST_GROUP_ID\":\"" + GROUP + "\"}", null)))
        .isEqualTo(new Command.Flush(Target.group(GROUP), null));
    assertThat(flushing.read(withHeader)).isEqualTo(new Command.Flush(Target.group(GROUP), null));
    assertThat(flushing.read(record("order 66", null)))
        .isInstanceOfSatisfying(
            InvalidCommand.class, bad -> assertThat(bad.reason()).contains("dev_eui is missing"));
    assertThat(flushing.read(record(EUI, "{\"f_port\":1,\"data\":\"AQ==\"}")))
        .isInstanceOf(Command.Enqueue.class);
  }

  @Test
  void aTombstoneCanBePassedOver() {
    CommandReader ignoring = new CommandReader(Tombstone.IGNORE);

    assertThat(ignoring.read(record(EUI, null))).isEqualTo(new IgnoredRecord());
    assertThat(ignoring.read(record(EUI, "{}"))).isInstanceOf(InvalidCommand.class);
  }

  @Test
  void refusesAPayloadThatNoFrameCarries() {
    assertThat(reason(EUI, map("f_port", 1, "data", new byte[243]))).contains("243 bytes", "242");
    assertThat(enqueue(EUI, map("f_port", 1, "data", new byte[242])).downlink().data())
        .hasSize(242);
  }

  @Test
  void takesNumbersThatConvertersMadeTextOrFloatsOf() {
    assertThat(enqueue(EUI, map("f_port", "10", "data", "")).downlink().fPort()).isEqualTo(10);
    assertThat(enqueue(EUI, map("f_port", 10.0, "data", "")).downlink().fPort()).isEqualTo(10);
    assertThat(
            enqueue(EUI, map("f_port", 10, "data", "", "confirmed", "true")).downlink().confirmed())
        .isTrue();
    assertThat(
            enqueue(EUI, map("f_port", 10, "data", "", "expires_at", 1_795_521_440_000L))
                .downlink()
                .expiresAt())
        .isEqualTo("2026-11-24T11:57:20Z");
    assertThat(
            enqueue(EUI, map("f_port", 10, "data", "", "expires_at", "1795521440000"))
                .downlink()
                .expiresAt())
        .isEqualTo("2026-11-24T11:57:20Z");
    assertThat(reason(EUI, map("f_port", 10, "data", "", "expires_at", "1795521440")))
        .contains("looks like seconds");
  }

  @Test
  void tellsTheDeviceAndTheSendersIdOfABadCommandToo() {
    assertThat(reader.read(record(EUI, "{\"id\":\"a\",\"f_port\":0,\"data\":\"\"}")))
        .isInstanceOfSatisfying(
            InvalidCommand.class,
            bad -> {
              assertThat(bad.id()).isEqualTo("a");
              assertThat(bad.target().id()).isEqualTo(EUI);
            });
    assertThat(reader.read(record(EUI, "{\"fport\":1,\"id\":\"b\",\"data\":\"\"}")))
        .isInstanceOfSatisfying(InvalidCommand.class, bad -> assertThat(bad.id()).isEqualTo("b"));
  }

  /** No library can hold them; a record that is thrown at is thrown at after each restart. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"f_port\":1e99999999999}",
        "{\"f_port\":1,\"object\":{\"a\":[1.5e-99999999999]}}",
        "{\"f_port\":1,\"object\":\"{\\\"a\\\":1e99999999999}\"}"
      })
  void refusesNumbersWithAnExponentBeyondAllBounds(String value) {
    assertThat(reason(EUI, value)).contains("exponent");
  }

  @Test
  void refusesTextOfManyDigitsUnread() {
    String digits = "0".repeat(2_000) + "1";

    assertThat(reason(EUI, map("f_port", digits, "data", ""))).startsWith("f_port is '000");
    assertThat(
            reason(EUI, map("f_port", 1, "data", "", "is_encrypted", true, "f_cnt_down", digits)))
        .startsWith("f_cnt_down is '000");
  }

  private Command.Enqueue enqueue(Object key, Object value) {
    ParsedRecord reading = reader.read(record(key, value));
    assertThat(reading).isInstanceOf(Command.Enqueue.class);
    return (Command.Enqueue) reading;
  }

  private String reason(Object key, Object value) {
    ParsedRecord reading = reader.read(record(key, value));
    assertThat(reading).isInstanceOf(InvalidCommand.class);
    return ((InvalidCommand) reading).reason();
  }

  private static SinkRecord record(Object key, Object value) {
    return new SinkRecord(
        "commands",
        0,
        null,
        key,
        null,
        value,
        0,
        0L,
        TimestampType.CREATE_TIME,
        new ConnectHeaders());
  }

  private static Map<String, Object> map(Object... namesAndValues) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
