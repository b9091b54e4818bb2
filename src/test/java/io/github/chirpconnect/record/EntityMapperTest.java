package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.schema.InventorySchema;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.UnreadableEntity;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an inventory lists as records, and what of it counts as a change. */
class EntityMapperTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00.123Z");
  private static final String EUI = "0102030405060708";
  private static final Map<String, String> PARTITION = Map.of("feed", "devices");
  private static final Map<String, String> OFFSET = Map.of("a", "b");

  private final RecordFactory records = records(Long.MAX_VALUE);

  private static RecordFactory records(long maxBytes) {
    return new RecordFactory(
        "plant.chirpstack", () -> Generation.V4, Clock.fixed(NOW, ZoneOffset.UTC), maxBytes);
  }

  /** A device with all that the schema knows of it, in the form that the port gives. */
  static ObjectNode body() {
    try {
      return (ObjectNode)
          new ObjectMapper()
              .readTree(
                  """
                  {"devEui":"0102030405060708","name":"meter 1","description":"",
                   "tenantId":"52f14cd4-c6f1-4fbd-8f87-4025e1d49242","tenantName":"alpha",
                   "applicationId":"17c82e96-be03-4f38-aef3-f83d48582d97","applicationName":"meters",
                   "deviceProfileId":"14855bf7-d10d-4aee-b618-ebfcb64dc7ad","deviceProfileName":"meter-v1",
                   "createdAt":"2026-01-01T00:00:00.000001Z","updatedAt":"2026-01-02T00:00:00Z",
                   "lastSeenAt":"2026-11-24T11:59:58.123456789Z",
                   "deviceStatus":{"margin":-3,"externalPowerSource":false,"batteryLevel":75.2},
                   "tags":{"site":"north"}}
                  """);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Entity device(ObjectNode body) {
    return new Entity(Feed.DEVICES, EUI, Place.NONE, null, body);
  }

  private Struct value(ObjectNode body) {
    return (Struct) records.entity(device(body)).at(PARTITION, OFFSET).value();
  }

  private String print(ObjectNode body, String... volatileFields) {
    return records.fingerprints(Feed.DEVICES, Set.of(volatileFields)).of(device(body));
  }

  @Test
  void aDeviceIsARecordOfTheInventory() {
    SourceRecord record = records.entity(device(body())).at(PARTITION, OFFSET);

    assertThat(record.topic()).isEqualTo("plant.chirpstack.devices");
    assertThat(record.key()).isEqualTo(EUI);
    assertThat(record.keySchema()).isEqualTo(Schema.STRING_SCHEMA);
    assertThat(record.kafkaPartition()).isNull();
    assertThat(record.timestamp()).isEqualTo(NOW.toEpochMilli());
    assertThat(record.sourcePartition()).isSameAs(PARTITION);
    assertThat(record.sourceOffset()).isSameAs(OFFSET);
    assertThat(Samples.headers(record))
        .isEqualTo(Map.of("chirpstack.feed", "devices", "chirpstack.api", "v4"));
    Struct value = (Struct) record.value();
    value.validate();
    assertThat(value.schema()).isSameAs(record.valueSchema());
    assertThat(value.get("dev_eui")).isEqualTo(EUI);
    assertThat(value.get("name")).isEqualTo("meter 1");
    assertThat(value.get("description")).isEqualTo("");
    assertThat(value.get("tenant_name")).isEqualTo("alpha");
    assertThat(value.get("application_id")).isEqualTo("17c82e96-be03-4f38-aef3-f83d48582d97");
    assertThat(value.get("created_at_text")).isEqualTo("2026-01-01T00:00:00.000001Z");
    assertThat(value.get("last_seen_at_text")).isEqualTo("2026-11-24T11:59:58.123456789Z");
    assertThat(value.getStruct("device_status").get("margin")).isEqualTo(-3);
    assertThat(value.getStruct("device_status").get("battery_level")).isEqualTo(75.2f);
    assertThat(value.getMap("tags")).isEqualTo(Map.of("site", "north"));
    assertThat(value.get("activity")).isNull();
  }

  @Test
  void whatIsGoneIsATombstoneInTheSameTopic() {
    SourceRecord record =
        records
            .gone(
                new Deletion(Feed.DEVICES, EUI, "plant.chirpstack.devices", NOW, null),
                PARTITION,
                Map.of(),
                OFFSET)
            .get(0);

    assertThat(record.topic()).isEqualTo("plant.chirpstack.devices");
    assertThat(record.sourceOffset()).isEqualTo(OFFSET);
    assertThat(record.key()).isEqualTo(EUI);
    assertThat(record.value()).isNull();
    assertThat(record.valueSchema()).isNull();
    assertThat(Samples.headers(record))
        .isEqualTo(Map.of("chirpstack.feed", "devices", "chirpstack.api", "v4"));
  }

  @Test
  void nullIsWhatTheServerDoesNotTellAndEmptyThatThereIsNothing() {
    ObjectNode untold = body().putNull("tags").putNull("lastSeenAt").putNull("deviceStatus");
    untold.putNull("createdAt");
    Struct value = value(untold);
    assertThat(value.get("tags")).isNull();
    assertThat(value.get("created_at")).isNull();
    assertThat(value.get("created_at_text")).isNull();
    assertThat(value.get("last_seen_at_text")).isNull();
    assertThat(value.get("device_status")).isNull();

    ObjectNode empty = body();
    empty.putObject("tags");
    assertThat(value(empty).getMap("tags")).isEmpty();
    assertThat(print(empty)).isNotEqualTo(print(body().putNull("tags")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "\"NaN\"", "null"})
  void aBatteryLevelThatIsNoneIsNull(String level) throws Exception {
    ObjectNode body = body();
    body.withObjectProperty("deviceStatus").set("batteryLevel", new ObjectMapper().readTree(level));
    assertThat(value(body).getStruct("device_status").get("battery_level")).isNull();
    assertThat(value(body).getStruct("device_status").get("margin")).isEqualTo(-3);
  }

  /** A newer server's value of an enum, such as another region, comes as its number. */
  @Test
  void aNumberInPlaceOfANameOfAnEnumIsPassedOn() {
    ObjectNode profile = JsonNodeFactory.instance.objectNode();
    profile.put("name", "meter").put("region", 77).put("macVersion", 9);
    SourceRecord record =
        records
            .entity(new Entity(Feed.DEVICE_PROFILES, "p", Place.NONE, null, profile))
            .at(PARTITION, OFFSET);

    assertThat(record.topic()).isEqualTo("plant.chirpstack.device-profiles");
    assertThat(((Struct) record.value()).get("region")).isEqualTo("77");
    assertThat(((Struct) record.value()).get("mac_version")).isEqualTo("9");
  }

  /** A record of a device that is gone has no others, so they may all be null. */
  @Test
  void nothingButTheIdIsRequired() {
    for (InventorySchema inventory : InventorySchemas.all()) {
      List<Field> fields = inventory.schema().fields();
      assertThat(fields.get(0).name()).isEqualTo(inventory.idField());
      assertThat(fields.stream().filter(field -> !field.schema().isOptional()))
          .as(inventory.topic())
          .containsExactly(fields.get(0));
      assertThat(fields.subList(fields.size() - 3, fields.size()).stream().map(Field::name))
          .as(inventory.topic())
          .containsExactly("deleted", "deleted_at", "deleted_at_text");
    }
  }

  @Test
  void aLivingDeviceSaysSoAndThatIsNoContent() {
    assertThat(value(body()).getBoolean("deleted")).isFalse();
    assertThat(value(body()).get("deleted_at")).isNull();
    ObjectNode odd = body().put("deleted", true).put("deletedAt", "2026-11-24T11:59:58Z");
    assertThat(value(odd)).isEqualTo(value(body()));
    assertThat(print(odd)).isEqualTo(print(body()));
    for (InventorySchema inventory : InventorySchemas.all()) {
      assertThat(inventory.content()).doesNotContain("deleted", "deleted_at");
    }
    assertThatThrownBy(() -> print(body(), "deleted")).hasMessageContaining("no field 'deleted'");
  }

  /** Nobody knows what it is: it might be a key. */
  @Test
  void aFieldWithoutAPlaceInTheSchemaIsDroppedAndChangesNothing() {
    ObjectNode newer = body().put("rootKey", "000102030405060708090a0b0c0d0e0f");
    newer.withObjectProperty("deviceStatus").put("secret", 1);
    assertThat(value(newer)).isEqualTo(value(body()));
    assertThat(print(newer)).isEqualTo(print(body()));
  }

  @Test
  void aBodyThatDoesNotFitIsPassedOnByItsKnownFieldsWithTheReason() {
    ObjectNode body = body().put("rootKey", "0001").put("name", true);
    SourceRecord record = records.entity(device(body)).at(PARTITION, OFFSET);

    assertThat(record.topic()).isEqualTo("plant.chirpstack.devices.unreadable");
    assertThat(record.key()).isEqualTo(EUI);
    Struct value = (Struct) record.value();
    value.validate();
    assertThat(value.schema()).isSameAs(UnreadableEntity.SCHEMA);
    assertThat(value.get("id")).isEqualTo(EUI);
    assertThat(value.get("feed")).isEqualTo("devices");
    assertThat(value.get("error")).isEqualTo("name: expected text, found true");
    assertThat(value.getString("body"))
        .contains("\"name\":true", "north")
        .doesNotContain("rootKey");
  }

  @Test
  void whatDoesNotFitStillHasAFingerprintThatIsItsOwn() {
    Set<String> all = new HashSet<>();
    all.add(print(body()));
    all.add(print(body().put("name", 7)));
    all.add(print(body().put("name", 8)));
    all.add(print(body().put("name", 7).put("description", "d")));
    assertThat(all).hasSize(4).allMatch(print -> print.matches("2[A-Za-z0-9_-]{11}"));
    assertThat(print(body().put("name", 7).put("rootKey", "x")))
        .isEqualTo(print(body().put("name", 7)));
    assertThat(print(body().put("name", 7).putNull("lastSeenAt"), "last_seen_at"))
        .isEqualTo(print(body().put("name", 7), "last_seen_at"));
  }

  @Test
  void whatIsTooLargeLosesItsLargestFields() {
    ObjectNode body = body();
    body.withObjectProperty("tags").put("note", "x".repeat(900_000));
    SourceRecord record = records(900_000).entity(device(body)).at(PARTITION, OFFSET);

    assertThat(record.topic()).isEqualTo("plant.chirpstack.devices.unreadable");
    Struct value = (Struct) record.value();
    value.validate();
    assertThat(value.getString("body")).contains("\"name\":\"meter 1\"").doesNotContain("note");
    assertThat(value.getString("error")).contains("Left out: tags (");
    assertThat(value.getInt64("size")).isGreaterThan(900_000);
  }

  /** A change here makes every connector write its whole inventory again after an upgrade. */
  @Test
  void fingerprintsStayTheSameFromReleaseToRelease() {
    assertThat(print(body())).isEqualTo("2AadrmpTmvIo");
  }

  @Test
  void theOrderOfTagsDoesNotCount() {
    ObjectNode one = body();
    ObjectNode other = body();
    for (int i = 0; i < 20; i++) {
      one.withObjectProperty("tags").put("tag" + i, "v" + i);
      other.withObjectProperty("tags").put("tag" + (19 - i), "v" + (19 - i));
    }
    assertThat(print(one)).isEqualTo(print(other));
  }

  /** Times by all their digits; texts so that none runs into the next. */
  @Test
  void eachContentCounts() {
    List<ObjectNode> bodies = new ArrayList<>();
    bodies.add(body());
    bodies.add(body().putNull("tags"));
    for (List<String> tags :
        List.of(
            List.<String>of(),
            List.of("a", "bc"),
            List.of("ab", "c"),
            List.of("a", "b", "c", "d"))) {
      ObjectNode body = body();
      ObjectNode into = body.putObject("tags");
      for (int i = 0; i < tags.size(); i += 2) {
        into.put(tags.get(i), tags.get(i + 1));
      }
      bodies.add(body);
    }
    bodies.add(body().put("lastSeenAt", "2026-11-24T11:59:58.123456788Z"));
    bodies.add(body().putNull("lastSeenAt"));
    bodies.add(body().putNull("deviceStatus"));
    for (String field : List.of("margin", "externalPowerSource", "batteryLevel")) {
      ObjectNode body = body();
      body.withObjectProperty("deviceStatus").putNull(field);
      bodies.add(body);
    }
    bodies.add(body().put("name", "meter 1tenant"));
    bodies.add(body().put("activity", "ACTIVE"));
    Set<String> all = new HashSet<>();
    bodies.forEach(body -> all.add(print(body)));
    assertThat(all).hasSize(bodies.size());
  }

  /** Other interfaces and generations write the same content in another order and form. */
  @Test
  void neitherTheOrderOfFieldsNorTheFormOfNumbersCounts() {
    ObjectNode other = JsonNodeFactory.instance.objectNode();
    List<String> names = new ArrayList<>();
    body().fieldNames().forEachRemaining(names::add);
    Collections.reverse(names);
    names.forEach(name -> other.set(name, body().get(name)));
    other.withObjectProperty("deviceStatus").put("margin", -3L).put("batteryLevel", 75.2f);
    other.put("createdAt", "2026-01-01T00:00:00.000001000+00:00");

    assertThat(print(other)).isEqualTo(print(body()));
    other.withObjectProperty("deviceStatus").put("batteryLevel", 75);
    ObjectNode whole = body();
    whole.withObjectProperty("deviceStatus").put("batteryLevel", 75.0);
    assertThat(print(other)).isEqualTo(print(whole)).isNotEqualTo(print(body()));
  }

  /** Two servers, or two versions, write the same time in two ways. */
  @Test
  void theSameTimeIsNoChangeHoweverItIsWritten() {
    assertThat(print(body().put("updatedAt", "2026-01-02T00:00:00.000+00:00")))
        .isEqualTo(print(body()));
  }

  @Test
  void volatileFieldsDoNotCount() {
    ObjectNode later = body().putNull("deviceStatus").putNull("lastSeenAt");
    assertThat(print(later, "last_seen_at", "device_status"))
        .isEqualTo(print(body(), "last_seen_at", "device_status"));
    assertThat(print(later, "last_seen_at")).isNotEqualTo(print(body(), "last_seen_at"));
  }

  @Test
  void aVolatileFieldThatDoesNotFitDoesNotCountEither() {
    ObjectNode odd = body().put("lastSeenAt", "today").put("deviceStatus", 7);
    assertThat(print(odd, "last_seen_at", "device_status"))
        .isEqualTo(print(body(), "last_seen_at", "device_status"));
    assertThat(print(odd, "last_seen_at")).isNotEqualTo(print(body(), "last_seen_at"));
  }

  /** One after the other is as one alone. */
  @Test
  void nothingOfAnEntityIsLeftForTheNext() {
    Fingerprints fingerprints = records.fingerprints(Feed.DEVICES, Set.of());
    ObjectNode large = body().put("description", "x".repeat(5_000));
    ObjectNode odd = body().put("name", 7);
    for (ObjectNode body : List.of(body(), large, odd, body(), odd, large, body())) {
      assertThat(fingerprints.of(device(body))).isEqualTo(print(body));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"last_seen", "last_seen_at_text", "dev_eui", "tenantId", ""})
  void aNameThatIsNoFieldIsRefusedWithThoseThatAre(String name) {
    assertThatThrownBy(() -> print(body(), name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the devices feed has no field '" + name + "'; choose from name, ")
        .hasMessageEndingWith("last_seen_at, device_status, tags, activity");
  }

  @Test
  void aDatasetThatIsNoInventoryIsRefused() {
    assertThatThrownBy(() -> InventorySchemas.of(Feed.DEVICE_EVENTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the dataset device-events has no inventory schema");
  }

  /** The configuration knows no schema, and says it in words. */
  @Test
  void theReferenceNamesTheFieldsThatAreVolatileWhereNothingElseIsSaid() {
    String document = SourceConfig.DEF.configKeys().get("inventory.volatile.fields").documentation;
    for (InventorySchema inventory : InventorySchemas.all()) {
      for (String field : inventory.volatileByDefault()) {
        assertThat(document)
            .contains(field.equals("last_seen_at") ? field : inventory.feed() + "." + field);
      }
      assertThat(inventory.volatileByDefault().contains("last_seen_at"))
          .isEqualTo(inventory.content().contains("last_seen_at"));
    }
  }

  @Test
  void eachInventoryHasItsKeyFirstAndVolatileFieldsThatItHas() {
    InventorySchemas.all()
        .forEach(
            inventory -> {
              assertThat(inventory.schema().fields().get(0).schema())
                  .isEqualTo(Schema.STRING_SCHEMA);
              assertThat(inventory.content()).doesNotContain(inventory.idField());
              assertThat(inventory.content()).containsAll(inventory.volatileByDefault());
            });
  }
}
