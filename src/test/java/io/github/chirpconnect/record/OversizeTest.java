package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.format.ValueFormat;
import io.github.chirpconnect.record.schema.event.OtherEntry;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Kafka's producer would refuse is passed on without what makes it large. */
class OversizeTest {
  private static final int MAX = 900_000;
  private static final int SMALLEST_LIMIT = 16_384;
  private static final Instant TIME = Instant.parse("2026-11-24T12:00:00Z");
  private static final Map<String, String> PARTITION = Map.of("dev_eui", "0102030405060708");
  private static final Map<String, String> OFFSET = Map.of("events", "1-0");

  private static SourceRecord record(int max, LogKind log, String kind, String body) {
    return records(max)
        .entry(Samples.entry(log, kind, TIME, "1795521440426-3", body), null, PARTITION, OFFSET);
  }

  private static RecordFactory records(int max) {
    return new RecordFactory("c", () -> Generation.V4, Clock.systemUTC(), max);
  }

  private static Struct left(SourceRecord record, int max) {
    assertThat(record.topic()).isEqualTo("c.device.unreadable");
    assertThat(record.sourcePartition()).isSameAs(PARTITION);
    assertThat(record.sourceOffset()).isSameAs(OFFSET);
    Struct value = (Struct) record.value();
    value.validate();
    assertThat(value.schema()).isSameAs(OtherEntry.OF_DEVICE);
    assertThat(json(record, false)).isLessThan(max);
    assertThat(value.getInt64("size")).isGreaterThan(max);
    return value;
  }

  private static int json(SourceRecord record, boolean schemas) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", schemas), false);
    return converter.fromConnectData(record.topic(), record.valueSchema(), record.value()).length;
  }

  private static String upWith(String object) {
    return "{\"deviceInfo\":{\"devEui\":\"0102030405060708\"},\"fCnt\":7,\"object\":"
        + object
        + ",\"data\":\"AQ==\"}";
  }

  @Test
  void anObjectOfAMegabyteIsLeftOutAndTheRestIsKept() {
    String body = upWith("{\"waveform\":\"" + "x".repeat(1_200_000) + "\"}");
    SourceRecord record = record(MAX, LogKind.EVENTS, "up", body);

    Struct value = left(record, MAX);
    assertThat(value.getString("dev_eui")).isEqualTo("0102030405060708");
    assertThat(value.getString("kind")).isEqualTo("up");
    assertThat(value.getString("id")).isEqualTo("1795521440426-3");
    assertThat(value.get("time_text")).isEqualTo("2026-11-24T12:00:00Z");
    assertThat(value.getInt64("size")).isBetween(1_200_000L, 1_300_000L);
    assertThat(value.getString("body"))
        .isEqualTo(
            "{\"data\":\"AQ==\",\"deviceInfo\":{\"devEui\":\"0102030405060708\"},\"fCnt\":7}");
    assertThat(value.getString("error"))
        .startsWith("too large for a record: about " + value.getInt64("size") + " bytes")
        .contains("record.max.bytes (900000)", "Left out: object (1200025 bytes).")
        .contains("max.request.size", "max.message.bytes");
    assertThat(Samples.headers(record))
        .containsEntry("chirpstack.kind", "up")
        .containsEntry("chirpstack.id", "1795521440426-3");
  }

  @Test
  void whatFitsStaysWhole() {
    String body = upWith("{\"waveform\":\"" + "x".repeat(890_000) + "\"}");
    SourceRecord record = record(MAX, LogKind.EVENTS, "up", body);
    assertThat(record.topic()).isEqualTo("c.device.up");
    assertThat(((Struct) record.value()).getString("object")).hasSizeGreaterThan(890_000);
  }

  /** A text that holds JSON grows when it is written as JSON: its quotes are escaped. */
  @ParameterizedTest
  @ValueSource(
      strings = {"\"a\",", "1.25,", "\"\\u0001\",", "\"é😀\",", "{\"k\":\"v\"},", "\"\\\\\","})
  void whatIsWrittenWholeFitsTheDefaultProducerAlsoWithItsSchema(String item) {
    for (int size = 400_000; size <= 1_200_000; size += 50_000) {
      String list = "[" + item.repeat(size / item.length()) + "0]";
      SourceRecord record = record(MAX, LogKind.EVENTS, "up", upWith(list));
      assertThat(json(record, true)).isLessThan(1_048_576 - 10_000);
    }
  }

  @Test
  void frameAndUnknownKindsAndTextThatIsNoJson() {
    String large = "x".repeat(MAX);
    String frame =
        "{\"phy_payload\":{\"mhdr\":{}},\"tx_info\":null,\"rx_info\":[{\"context\":\"\",\"new\":\""
            + large
            + "\"}]}";
    assertThat(left(record(MAX, LogKind.FRAMES, "UnconfirmedDataUp", frame), MAX).getString("body"))
        .isEqualTo("{\"phy_payload\":{\"mhdr\":{}},\"tx_info\":null}");

    SourceRecord unknown =
        record(MAX, LogKind.EVENTS, "integration", "{\"a\":1,\"b\":\"" + large + "\"}");
    assertThat(left(unknown, MAX).getString("body")).isEqualTo("{\"a\":1}");

    Struct noJson = left(record(MAX, LogKind.EVENTS, "up", large), MAX);
    assertThat(noJson.getString("body")).isEmpty();
    assertThat(noJson.getString("error")).contains("Left out: all of its body.");
  }

  @Test
  void whatIsLeftFitsTheSmallestLimit() {
    String quotes = "\\\"".repeat(1_900);
    StringBuilder body = new StringBuilder("{");
    for (int i = 0; i < 300; i++) {
      body.append("\"")
          .append("\\\"".repeat(100))
          .append(i)
          .append("\":\"")
          .append(quotes)
          .append("\",");
    }
    body.append("\"last\":1}");
    LogEntry plain = Samples.entry(LogKind.EVENTS, "log", TIME, "1-0", body.toString());
    Map<String, String> properties = new HashMap<>();
    properties.put("Data", "0".repeat(500_000));
    LogEntry entry =
        new LogEntry(
            plain.devEui(),
            plain.log(),
            plain.id(),
            TIME,
            "log",
            body.toString(),
            properties,
            plain.format());

    SourceRecord record = records(SMALLEST_LIMIT).entry(entry, null, PARTITION, OFFSET);
    Struct value = left(record, SMALLEST_LIMIT);
    assertThat(value.getMap("properties")).isEmpty();
    assertThat(value.getString("body")).contains("\"last\":1");
    assertThat(value.getString("error")).contains(" more.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"struct", "flat", "json"})
  void theLimitIsThatOfTheFormat(String format) {
    RecordFactory records =
        new RecordFactory(
            RecordForm.usual("c").with(ValueFormat.named(format, "", "x=a:string")),
            () -> Generation.V4,
            Clock.systemUTC(),
            SMALLEST_LIMIT,
            false);
    String quotes = "\\\"".repeat(20);
    Map<String, Integer> whole = new TreeMap<>();
    for (int count = 1; count <= 901; count += 30) {
      String many = "," + count;
      Map<String, String> bodies = new TreeMap<>();
      bodies.put("numbers", upWith("[1" + ",-1.0123456789012345E-300".repeat(count) + "]"));
      String reception = "{\"gatewayId\":\"0102030405060708\",\"snr\":9.8}";
      bodies.put(
          "receptions", "{\"rxInfo\":[" + reception + ("," + reception).repeat(count) + "]}");
      bodies.put(
          "metadata",
          "{\"rxInfo\":[{\"metadata\":{\"m\":\"" + quotes.repeat(count) + many + "\"}}]}");
      bodies.put(
          "tags", "{\"deviceInfo\":{\"tags\":{\"t\":\"" + quotes.repeat(count) + many + "\"}}}");
      bodies.forEach(
          (part, body) -> {
            SourceRecord record =
                records.entry(
                    Samples.entry(LogKind.EVENTS, "up", TIME, "1-0", body),
                    null,
                    PARTITION,
                    OFFSET);
            assertThat(json(record, false)).as(part).isLessThan(SMALLEST_LIMIT);
            whole.merge(part, record.topic().equals("c.device.up") ? 1 : 0, Integer::sum);
          });
    }
    assertThat(whole.values()).allMatch(count -> count > 0 && count < 31);
  }

  /** As text in text, quotes are escaped twice. */
  @Test
  void whatFitsAsAStructMayBeTooLargeWhenItIsFlat() {
    String body =
        "{\"deviceInfo\":{\"tags\":{\"t\":\"" + "\\\"".repeat(SMALLEST_LIMIT / 3) + "\"}}}";
    assertThat(record(SMALLEST_LIMIT, LogKind.EVENTS, "up", body).topic()).isEqualTo("c.device.up");
    SourceRecord flat =
        new RecordFactory(
                RecordForm.usual("c").with(ValueFormat.named("flat", "", "")),
                () -> Generation.V4,
                Clock.systemUTC(),
                SMALLEST_LIMIT,
                false)
            .entry(Samples.entry(LogKind.EVENTS, "up", TIME, "1-0", body), null, PARTITION, OFFSET);
    assertThat(flat.topic()).isEqualTo("c.device.unreadable");
    assertThat(flat.valueSchema().name()).endsWith("OtherEntryFlat");
    assertThat(((Struct) flat.value()).getInt64("size")).isGreaterThan(SMALLEST_LIMIT);
  }
}
