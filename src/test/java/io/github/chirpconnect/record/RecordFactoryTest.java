package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.format.ValueFormat;
import io.github.chirpconnect.record.key.KeyFormat;
import io.github.chirpconnect.record.schema.event.Events;
import io.github.chirpconnect.record.schema.event.OtherEntry;
import io.github.chirpconnect.record.topic.Topics;
import io.github.chirpconnect.record.topic.Whereabouts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordFactoryTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00.123Z");
  private static final Map<String, String> PARTITION = Map.of("dev_eui", "0102030405060708");
  private static final Map<String, String> OFFSET = Map.of("events", "1-0");

  private final RecordFactory records =
      new RecordFactory(
          "plant.chirpstack",
          () -> Generation.V4,
          Clock.fixed(NOW, ZoneOffset.UTC),
          Long.MAX_VALUE);

  private SourceRecord event(String kind, String body) {
    return records.entry(
        Samples.entry(LogKind.EVENTS, kind, NOW, "1795521440426-3", body), null, PARTITION, OFFSET);
  }

  private SourceRecord at(Instant time, String id) {
    return records.entry(
        Samples.entry(LogKind.EVENTS, "log", time, id, "{}"), null, PARTITION, OFFSET);
  }

  @Test
  void anEventGoesToTheTopicOfItsKindUnderItsDevice() {
    SourceRecord record = event("up", "{\"fCnt\":7}");

    assertThat(record.topic()).isEqualTo("plant.chirpstack.device.up");
    assertThat(record.key()).isEqualTo("0102030405060708");
    assertThat(record.keySchema()).isEqualTo(Schema.STRING_SCHEMA);
    assertThat(record.kafkaPartition()).isNull();
    assertThat(record.sourcePartition()).isSameAs(PARTITION);
    assertThat(record.sourceOffset()).isSameAs(OFFSET);
    assertThat(record.valueSchema()).isSameAs(Events.BY_KIND.get("up").schema());
    assertThat(((Struct) record.value()).getInt64("f_cnt")).isEqualTo(7);
    assertThat(Samples.headers(record))
        .isEqualTo(
            Map.of(
                "chirpstack.feed", "device-events",
                "chirpstack.kind", "up",
                "chirpstack.api", "v4",
                "chirpstack.id", "1795521440426-3"));
  }

  @Test
  void theFirstRecordAfterAGapSaysSo() {
    SourceRecord record =
        records.entry(
            Samples.entry(LogKind.FRAMES, "JoinAccept", NOW, "d:00ff", "{\"phy_payload\":null}"),
            "history-full",
            PARTITION,
            OFFSET);

    assertThat(record.topic()).isEqualTo("plant.chirpstack.device.frames");
    assertThat(Samples.headers(record))
        .containsEntry("chirpstack.gap", "history-full")
        .containsEntry("chirpstack.feed", "device-frames")
        .containsEntry("chirpstack.kind", "JoinAccept")
        .containsEntry("chirpstack.id", "d:00ff");
  }

  /** So that a sink can upsert by columns, and sees a gap, without headers. */
  @ParameterizedTest
  @CsvSource({
    "EVENTS,up,{}",
    "EVENTS,join,{}",
    "EVENTS,ack,{}",
    "EVENTS,txack,{}",
    "EVENTS,status,{}",
    "EVENTS,log,{}",
    "EVENTS,location,{}",
    "EVENTS,integration,{}",
    "EVENTS,up,[]",
    "EVENTS,up,{\"dataXxXx\":0}",
    "FRAMES,JoinAccept,{}",
    "GATEWAY_FRAMES,JoinAccept,{}",
    "FRAMES,JoinAccept,[]",
    "GATEWAY_FRAMES,JoinAccept,[]"
  })
  void eachRecordOfALogBeginsWithWhatItsKeyAndHeadersSay(LogKind log, String kind, String body) {
    String large = body.replace("XxXx", "x".repeat(20_000));
    RecordFactory small = new RecordFactory("p", () -> Generation.V4, Clock.systemUTC(), 16_384);
    for (String gap : Arrays.asList(null, "history-full")) {
      SourceRecord record =
          small.entry(
              Samples.entry(log, kind, NOW, "1795521440426-3", large), gap, PARTITION, OFFSET);
      Struct value = (Struct) record.value();
      List<Field> fields = value.schema().fields();
      String owner = log == LogKind.GATEWAY_FRAMES ? "gateway_id" : "dev_eui";
      assertThat(fields.subList(0, 3).stream().map(Field::name))
          .containsExactly("id", owner, "gap");
      assertThat(fields.subList(0, 3).stream().map(field -> field.schema().isOptional()))
          .containsExactly(false, false, true);
      assertThat(fields.subList(0, 3).stream().map(value::get))
          .containsExactly("1795521440426-3", record.key(), gap);
      assertThat(Samples.headers(record).get("chirpstack.id")).isEqualTo(value.get("id"));
      assertThat(Samples.headers(record).get("chirpstack.gap")).isEqualTo(gap);
      value.validate();
    }
  }

  @Test
  void theTimestampIsTheEventsTimeIfItIsNearTheTimeOfWriting() {
    Instant written = Instant.parse("2026-11-20T08:00:00.5Z");
    String id = written.toEpochMilli() + "-0";
    for (Duration near : List.of(Duration.ofDays(-1), Duration.ZERO, Duration.ofMinutes(5))) {
      Instant time = written.plus(near);
      assertThat(at(time, id).timestamp()).isEqualTo(time.toEpochMilli());
    }
    for (Instant far :
        List.of(
            written.minus(Duration.ofDays(1)).minusNanos(1),
            written.plus(Duration.ofMinutes(5)).plusNanos(1),
            Instant.parse("1980-01-06T00:00:00Z"),
            Instant.parse("2012-01-01T00:00:05Z"),
            Instant.parse("0001-01-01T00:00:00Z"),
            NOW,
            Instant.MIN,
            Instant.MAX)) {
      SourceRecord record = at(far, id);
      assertThat(record.timestamp()).as("%s", far).isEqualTo(written.toEpochMilli());
    }
    assertThat(at(null, id).timestamp()).isEqualTo(written.toEpochMilli());
  }

  @Test
  void theTimestampIsNeverOneThatKafkaWouldRefuse() {
    Instant edge = NOW.plus(Duration.ofMinutes(5));
    assertThat(at(edge.plusMillis(1), edge.toEpochMilli() + "-0").timestamp())
        .isEqualTo(edge.toEpochMilli());
    Instant day = NOW.plus(Duration.ofDays(1));
    assertThat(at(day, day.toEpochMilli() + "-0").timestamp()).isEqualTo(NOW.toEpochMilli());
    assertThat(at(null, Long.MAX_VALUE + "-0").timestamp()).isEqualTo(NOW.toEpochMilli());
    assertThat(at(Instant.EPOCH.minusNanos(1), "5-0").timestamp()).isEqualTo(5);
  }

  @Test
  void anEntryWhoseIdNamesNoTimeHasTheServersOwn() {
    Instant old = NOW.minus(Duration.ofDays(30));
    assertThat(at(old, "d:00").timestamp()).isEqualTo(old.toEpochMilli());
    assertThat(at(NOW.plus(Duration.ofMinutes(5)), "d:00").timestamp())
        .isEqualTo(NOW.plus(Duration.ofMinutes(5)).toEpochMilli());
    assertThat(at(NOW.plus(Duration.ofHours(2)), "d:00").timestamp()).isEqualTo(NOW.toEpochMilli());
    assertThat(at(null, "d:00").timestamp()).isEqualTo(NOW.toEpochMilli());
  }

  @Test
  void anUnknownKindIsPassedOnAsText() {
    SourceRecord record = event("Über_neu!", "not even JSON");

    assertThat(record.topic()).isEqualTo("plant.chirpstack.device.ber-neu");
    Struct value = (Struct) record.value();
    value.validate();
    assertThat(value.schema()).isSameAs(OtherEntry.OF_DEVICE);
    assertThat(value.getString("dev_eui")).isEqualTo("0102030405060708");
    assertThat(value.getString("kind")).isEqualTo("Über_neu!");
    assertThat(value.getString("body")).isEqualTo("not even JSON");
    assertThat(value.getString("time_text")).isEqualTo("2026-11-24T12:00:00.123Z");
    assertThat(value.getMap("properties")).isEqualTo(Map.of("a", "b"));
    assertThat(value.getString("error")).isNull();
    assertThat(Samples.headers(record)).containsEntry("chirpstack.kind", "Über_neu!");
  }

  @Test
  void anUnknownKindNeverMixesIntoAKnownKindsTopic() {
    for (String kind :
        List.of("Up", "JOIN", "frames", "unreadable", "queues", "metrics", "", "!", "-")) {
      SourceRecord record = event(kind, "{}");
      assertThat(record.topic()).isEqualTo("plant.chirpstack.device.unreadable");
      assertThat(((Struct) record.value()).getString("error")).contains("'" + kind + "'");
    }
    assertThat(event("x".repeat(500), "{}").topic()).hasSizeLessThan(249);
  }

  @Test
  void aBodyThatDoesNotFitIsPassedOnAsTextWithTheReason() {
    SourceRecord record = event("up", "{\"fCnt\":4294967296}");

    assertThat(record.topic()).isEqualTo("plant.chirpstack.device.unreadable");
    Struct value = (Struct) record.value();
    value.validate();
    assertThat(value.getString("body")).isEqualTo("{\"fCnt\":4294967296}");
    assertThat(value.getString("error"))
        .isEqualTo("fCnt: expected a whole number from 0 to 4294967295, found 4294967296");
    assertThat(Samples.headers(record)).containsEntry("chirpstack.kind", "up");
    assertThat(((Struct) event("up", "{nonsense").value()).getString("error"))
        .isEqualTo("the body is no JSON");
  }

  @Test
  void aGatewaysFrameBeginsWithTheGateway() {
    LogEntry plain =
        Samples.entry(
            LogKind.GATEWAY_FRAMES,
            "JoinRequest",
            NOW,
            "1795521440426-3",
            """
            {"phy_payload":{"payload":{"join_eui":"0B","dev_eui":"0C0D","dev_nonce":1}},
             "tx_info":{"frequency":868100000},"rx_info":[{"gatewayId":"0102030405060708"}]}
            """);
    SourceRecord record = records.entry(plain, "history-full", PARTITION, OFFSET);

    assertThat(record.topic()).isEqualTo("plant.chirpstack.gateway.frames");
    assertThat(record.key()).isEqualTo("0102030405060708");
    assertThat(Samples.headers(record))
        .containsEntry("chirpstack.feed", "gateway-frames")
        .containsEntry("chirpstack.kind", "JoinRequest")
        .containsEntry("chirpstack.gap", "history-full");
    Struct value = (Struct) record.value();
    value.validate();
    assertThat(value.schema().fields().subList(0, 3).stream().map(Field::name))
        .containsExactly("id", "gateway_id", "gap");
    assertThat(value.get("gateway_id")).isEqualTo("0102030405060708");
    assertThat(value.get("dev_eui")).isEqualTo("0c0d");
    assertThat(value.get("direction")).isEqualTo("up");
    assertThat(value.getArray("rx_info")).hasSize(1);
  }

  @Test
  void aGatewaysFrameThatDoesNotFitGoesToATopicOfGateways() {
    SourceRecord record =
        records.entry(
            Samples.entry(LogKind.GATEWAY_FRAMES, "JoinRequest", NOW, "1-0", "{\"phy_payload\":7}"),
            null,
            PARTITION,
            OFFSET);
    assertThat(record.topic()).isEqualTo("plant.chirpstack.gateway.unreadable");
    assertThat(((Struct) record.value()).get("gateway_id")).isEqualTo("0102030405060708");
    assertThat(((Struct) record.value()).get("body")).isEqualTo("{\"phy_payload\":7}");
  }

  @Test
  void eachNumberOfASeriesHasTheKeyOfItsBucket() {
    List<SourceRecord> rows =
        Samples.metrics().stream().map(row -> records.metric(row, PARTITION, OFFSET)).toList();

    assertThat(rows)
        .extracting(SourceRecord::key)
        .containsExactly(
            "0102030405060708|a%7Cb|t%25|DAY|2026-11-24T12:00:00Z",
            "0102030405060708|errors|OTAA|HOUR|2026-11-24T12:00:00Z",
            "0a0b|rx||HOUR|2026-11-24T12:00:00Z");
    assertThat(rows)
        .extracting(SourceRecord::topic)
        .containsExactly(
            "plant.chirpstack.device.metrics",
            "plant.chirpstack.link.metrics",
            "plant.chirpstack.gateway.metrics");
    assertThat(Samples.headers(rows.get(1)))
        .isEqualTo(Map.of("chirpstack.feed", "link-metrics", "chirpstack.api", "v4"));
    Struct first = (Struct) rows.get(0).value();
    assertThat(first.get("dev_eui")).isEqualTo("0102030405060708");
    assertThat(first.get("metric")).isEqualTo("a|b");
    assertThat(first.get("label")).isEqualTo("t%");
    assertThat(first.get("value")).isEqualTo(1.5);
    assertThat(first.get("kind")).isEqualTo("GAUGE");
    assertThat(first.get("time_text")).isEqualTo("2026-11-24T12:00:00Z");
    assertThat(first.get("application_name")).isEqualTo("application");
    assertThat(((Struct) rows.get(2).value()).get("gateway_id")).isEqualTo("0a0b");
    assertThat(((Struct) rows.get(2).value()).get("value")).isNull();
  }

  /** Nor do frames of a device, nor v3's events of a tenant. */
  @ParameterizedTest
  @CsvSource({
    "GATEWAY_FRAMES, GATEWAYS, gateway.frames",
    "FRAMES, DEVICES, device.frames",
    "EVENTS, DEVICES, device.up"
  })
  void whatDoesNotSayItsTenantIsWhereTheInventoryHasIt(LogKind log, Feed owner, String topic) {
    Whereabouts whereabouts =
        (feed, id) -> feed == owner ? Place.tenant("7", "Tenant") : Place.NONE;
    RecordForm form =
        new RecordForm(
            Topics.of("${tenant_name}.${topic}.${kind}", "p"),
            whereabouts,
            KeyFormat.STRING,
            ValueFormat.STRUCT,
            Deletes.TOMBSTONE);
    RecordFactory factory =
        new RecordFactory(form, () -> Generation.V3, Clock.systemUTC(), Long.MAX_VALUE, false);
    String kind = log == LogKind.EVENTS ? "up" : "JoinRequest";
    assertThat(
            factory
                .entry(Samples.entry(log, kind, NOW, "1-0", "{}"), null, PARTITION, OFFSET)
                .topic())
        .isEqualTo("tenant." + topic + "." + kind.toLowerCase(Locale.ROOT));
  }
}
