package io.github.chirpconnect.sink.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apicurio.registry.utils.converter.avro.AvroData;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.record.schema.Downlinks;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.StringConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeRecordTest {
  private static final String TOPIC = "outcomes";
  private static final String EUI = "0102030405060708";
  private static final Target DEVICE = Target.device(EUI);
  private static final Target GROUP = Target.group("0650c53f-7068-4c79-9e5c-78bb34df1d3c");
  private static final OutcomeFormat JSON = new JsonOutcomes();

  private static final List<OutcomeRecord> ALL =
      List.of(
          outcome(DEVICE, "item-1", null, 1_784_793_600_000L),
          outcome(DEVICE, null, 17L, 5L),
          outcome(GROUP, null, 4_294_967_295L, null),
          outcome(null, null, null, null));

  private static OutcomeRecord outcome(Target target, String item, Long fCntDown, Long timestamp) {
    return new OutcomeRecord(
        "valve-7",
        target,
        "accepted",
        item,
        fCntDown,
        "why",
        "commands",
        3,
        4_711_000_000_000L,
        timestamp,
        "a key",
        Instant.parse("2026-07-23T08:00:00.123456789Z"));
  }

  @Test
  void isReadBackAsItWasWritten() {
    for (OutcomeRecord outcome : ALL) {
      assertThat(JSON.read(TOPIC, JSON.write(TOPIC, outcome))).isEqualTo(outcome);
      Struct struct = outcome.struct();
      assertThat(OutcomeRecord.read(new SchemaAndValue(struct.schema(), struct)))
          .isEqualTo(outcome);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isReadBackThroughConnectsJsonConverter(boolean schemas) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", schemas), false);
    try (OutcomeFormat format = new ConverterOutcomes(converter)) {
      for (OutcomeRecord outcome : ALL) {
        byte[] written = format.write(TOPIC, outcome);
        assertThat(format.read(TOPIC, written)).isEqualTo(outcome);
        if (!schemas) {
          assertThat(JSON.write(TOPIC, outcome)).as("the same JSON").isEqualTo(written);
        }
      }
    }
  }

  @Test
  void isReadBackFromAvro() {
    AvroData avro = new AvroData(10);
    for (OutcomeRecord outcome : ALL) {
      Struct struct = outcome.struct();
      org.apache.avro.Schema schema = avro.fromConnectSchema(struct.schema());
      Object written = avro.fromConnectData(struct.schema(), struct);
      assertThat(OutcomeRecord.read(avro.toConnectData(schema, written))).isEqualTo(outcome);
    }
  }

  @Test
  void aConverterThatFailsIsNamed() {
    Converter broken =
        new StringConverter() {
          @Override
          public byte[] fromConnectData(String topic, Schema schema, Object value) {
            throw new IllegalStateException("no registry");
          }

          @Override
          public SchemaAndValue toConnectData(String topic, byte[] value) {
            throw new IllegalStateException("no registry");
          }
        };
    try (OutcomeFormat format = new ConverterOutcomes(broken)) {
      assertThatThrownBy(() -> format.write(TOPIC, ALL.get(0)))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("converter of outcomes", "no registry");
      assertThatThrownBy(() -> format.read(TOPIC, new byte[3]))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(TOPIC, "no registry");
    }
  }

  @Test
  void namesWhatWasQueuedAsTheSourcesFeedDoes() {
    assertThat(ALL)
        .extracting(OutcomeRecord::downlink)
        .containsExactly(
            "item-1", EUI + ":17", GROUP.id() + ":4294967295", "commands-3-4711000000000");
  }

  @Test
  void isNoneWhereNoCommandIsNamed() {
    Struct sent =
        new Struct(Downlinks.SCHEMA)
            .put("id", "1784793600000-0")
            .put("downlink", "item-1")
            .put("state", "sent");
    assertThat(OutcomeRecord.read(new SchemaAndValue(sent.schema(), sent))).isNull();
    assertThat(JSON.read(TOPIC, null)).isNull();
    for (String other : List.of("{\"queueItemId\":\"item-1\",\"state\":\"sent\"}", "[]", "7")) {
      assertThat(JSON.read(TOPIC, other.getBytes(StandardCharsets.UTF_8))).isNull();
    }
  }

  @Test
  void isToldFromWhatIsInAnotherForm() {
    assertThatThrownBy(() -> JSON.read(TOPIC, new byte[] {0, 0, 0, 0, 7}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(TOPIC);
  }
}
