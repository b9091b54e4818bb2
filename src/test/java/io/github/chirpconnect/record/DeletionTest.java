package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apicurio.registry.utils.converter.avro.AvroData;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.feed.Shape;
import io.github.chirpconnect.record.format.ValueFormat;
import io.github.chirpconnect.record.key.KeyFormat;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.topic.Topics;
import io.github.chirpconnect.record.topic.Whereabouts;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written of an entity that is gone, of each inventory and in each form. */
class DeletionTest {
  private static final Instant AT = Instant.parse("2026-11-24T12:00:00.123456Z");
  private static final Instant NOW = AT.plusSeconds(1);
  private static final String ID = "t1:0a0b0c0d";
  private static final Map<String, String> PARTITION = Map.of("feed", "any");
  private static final Map<String, String> FORMER = Map.of("ledger", "former");
  private static final Map<String, String> OFFSET = Map.of("ledger", "new");

  private static List<SourceRecord> gone(Deletes deletes, String format, Feed feed, String to) {
    return factory(deletes, format).gone(deletion(feed, to), PARTITION, FORMER, OFFSET);
  }

  private static Deletion deletion(Feed feed, String movedTo) {
    return new Deletion(feed, ID, "where.it.was", AT, movedTo);
  }

  private static RecordFactory factory(Deletes deletes, String format) {
    RecordForm form =
        new RecordForm(
            Topics.of("elsewhere", "p"),
            Whereabouts.UNKNOWN,
            KeyFormat.STRUCT,
            ValueFormat.named(format, "", ""),
            deletes);
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    return new RecordFactory(form, () -> Generation.V4, clock, Long.MAX_VALUE, false);
  }

  private static List<Feed> inventories() {
    return Feed.of(Shape.INVENTORY).toList();
  }

  @ParameterizedTest
  @EnumSource(Deletes.class)
  void goesToTheTopicWhereItWasAndTheLastOfItsRecordsAloneSaysSoInTheOffsets(Deletes deletes) {
    for (Feed feed : inventories()) {
      List<SourceRecord> records = gone(deletes, "struct", feed, null);
      assertThat(records)
          .hasSize(deletes == Deletes.BOTH ? 2 : 1)
          .allSatisfy(
              record -> {
                assertThat(record.topic()).isEqualTo("where.it.was");
                assertThat(record.sourcePartition()).isEqualTo(PARTITION);
                assertThat(record.timestamp()).isEqualTo(NOW.toEpochMilli());
                assertThat(Samples.headers(record))
                    .isEqualTo(Map.of("chirpstack.feed", feed.id(), "chirpstack.api", "v4"));
                assertThat(((Struct) record.key()).schema().name()).endsWith("Key");
              });
      SourceRecord first = records.get(0);
      SourceRecord last = records.get(records.size() - 1);
      assertThat(first.value() != null).isEqualTo(deletes != Deletes.TOMBSTONE);
      assertThat(last.value() == null).isEqualTo(deletes != Deletes.RECORD);
      assertThat(last.valueSchema() == null).isEqualTo(deletes != Deletes.RECORD);
      assertThat(last.sourceOffset()).isEqualTo(OFFSET);
      assertThat(first.sourceOffset()).isEqualTo(deletes == Deletes.BOTH ? FORMER : OFFSET);
    }
  }

  @Test
  void ofWhatHasMovedNamesTheOtherTopic() {
    assertThat(gone(Deletes.BOTH, "struct", Feed.GATEWAYS, "there"))
        .allSatisfy(
            record ->
                assertThat(Samples.headers(record)).containsEntry("chirpstack.moved.to", "there"));
  }

  @Test
  void saysTheIdAndWhatItIsMadeOfAndNothingElse() {
    for (Feed feed : inventories()) {
      Struct value = (Struct) gone(Deletes.RECORD, "struct", feed, null).get(0).value();
      value.validate();
      assertThat(value.schema()).isSameAs(InventorySchemas.of(feed).schema());
      assertThat(value.getString(InventorySchemas.of(feed).idField())).isEqualTo(ID);
      assertThat(value.getBoolean("deleted")).isTrue();
      assertThat(value.getString("deleted_at_text")).isEqualTo(AT.toString());
      Set<String> said =
          value.schema().fields().stream()
              .filter(
                  field -> !(value.get(field) instanceof Collection<?> items && items.isEmpty()))
              .filter(field -> !(value.get(field) instanceof Map<?, ?> map && map.isEmpty()))
              .filter(field -> value.get(field) != null)
              .map(Field::name)
              .collect(Collectors.toSet());
      said.removeAll(Set.of("deleted", "deleted_at", "deleted_at_text"));
      assertThat(said)
          .isEqualTo(
              feed == Feed.RELAY_GATEWAYS
                  ? Set.of("id", "tenant_id", "relay_id")
                  : Set.of(InventorySchemas.of(feed).idField()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"struct", "flat", "json"})
  void isReadInEachForm(String format) throws IOException {
    for (Feed feed : inventories()) {
      SourceRecord record = gone(Deletes.RECORD, format, feed, null).get(0);
      byte[] bytes =
          ConvertersTest.json(false)
              .fromConnectData(record.topic(), record.valueSchema(), record.value());
      JsonNode json = new ObjectMapper().readTree(bytes);
      assertThat(json.path("deleted").asBoolean()).as(feed.id()).isTrue();
      String idField = InventorySchemas.of(feed).idField();
      assertThat(json.has(idField) || json.has(camelCase(idField))).as(json.toString()).isTrue();
      if (record.valueSchema() != null) {
        AvroData avro = new AvroData(10);
        assertThat(avro.fromConnectData(record.valueSchema(), record.value())).isNotNull();
      }
    }
  }

  private static String camelCase(String name) {
    int at = name.indexOf('_');
    return at < 0
        ? name
        : name.substring(0, at)
            + Character.toUpperCase(name.charAt(at + 1))
            + name.substring(at + 2);
  }

  @Test
  void itsKeyIsThatOfItsRecords() {
    for (String format : List.of("struct", "flat", "json")) {
      RecordFactory records = factory(Deletes.BOTH, format);
      for (var entity : Samples.entities()) {
        SourceRecord live = records.entity(entity).at(PARTITION, OFFSET);
        Deletion deletion = new Deletion(entity.feed(), entity.id(), live.topic(), AT, null);
        assertThat(records.gone(deletion, PARTITION, FORMER, OFFSET))
            .allSatisfy(
                record -> {
                  assertThat(record.key()).isEqualTo(live.key());
                  assertThat(record.keySchema()).isEqualTo(live.keySchema());
                });
      }
    }
  }

  @Test
  void keysComeBackFromConverters() {
    RecordFactory records = factory(Deletes.TOMBSTONE, "struct");
    for (SourceRecord record : AllRecords.of(records)) {
      byte[] json =
          ConvertersTest.json(true).fromConnectData("t", record.keySchema(), record.key());
      assertThat(ConvertersTest.json(true).toConnectData("t", json).value())
          .isEqualTo(record.key());
      AvroData avro = new AvroData(10);
      Object datum = avro.fromConnectData(record.keySchema(), record.key());
      assertThat(avro.toConnectData(avro.fromConnectSchema(record.keySchema()), datum).value())
          .isEqualTo(record.key());
    }
  }

  @Test
  void whatIsSaidAgainIsEqualButForTheOffset() {
    for (Deletes deletes : Deletes.values()) {
      SourceRecord again =
          factory(deletes, "flat").goneAgain(deletion(Feed.DEVICES, null), PARTITION);
      assertThat(again.sourceOffset()).isNull();
      assertThat(again.value())
          .isEqualTo(
              deletes == Deletes.RECORD
                  ? gone(deletes, "flat", Feed.DEVICES, null).get(0).value()
                  : null);
    }
  }
}
