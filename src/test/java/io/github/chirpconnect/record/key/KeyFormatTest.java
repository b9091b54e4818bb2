package io.github.chirpconnect.record.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.schema.InventorySchema;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.KeySchemas;
import io.github.chirpconnect.record.schema.event.Events;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class KeyFormatTest {
  private static final String EUI = "0102030405060708";

  @Test
  void aTextIsTheWhole() {
    assertThat(KeyFormat.named("string").of(Key.of(Feed.RELAY_GATEWAYS, "t:01020304"), null))
        .isEqualTo(new SchemaAndValue(Schema.STRING_SCHEMA, "t:01020304"));
  }

  @Test
  void aStructHasTheFieldsThatTheValueHas() {
    for (InventorySchema inventory : InventorySchemas.all()) {
      Struct key = struct(Key.of(inventory.feed(), "a:b"));
      assertThat(inventory.schema().fields())
          .extracting(field -> field.name())
          .containsAll(key.schema().fields().stream().map(field -> field.name()).toList());
    }
    assertThat(struct(Key.of(Feed.DEVICES, EUI)).getString("dev_eui")).isEqualTo(EUI);
    assertThat(struct(Key.of(Feed.GATEWAYS, EUI)).getString("gateway_id")).isEqualTo(EUI);
    assertThat(struct(Key.of(Feed.TENANTS, "7")).getString("id")).isEqualTo("7");
    Struct relay = struct(Key.of(Feed.RELAY_GATEWAYS, "t:01020304"));
    assertThat(relay.getString("tenant_id")).isEqualTo("t");
    assertThat(relay.getString("relay_id")).isEqualTo("01020304");
  }

  @Test
  void ofSeriesItNamesTheBucket() {
    Date time = new Date(7);
    Struct key =
        struct(new Key(Feed.LINK_METRICS, "text", List.of(EUI, "errors", "", "HOUR", time)));
    assertThat(key.schema().name()).isEqualTo("io.github.chirpconnect.LinkMetricKey");
    assertThat(key.getString("dev_eui")).isEqualTo(EUI);
    assertThat(key.getString("label")).isEmpty();
    assertThat(key.get("time")).isEqualTo(time);
  }

  /** So that an event can be joined with its device. */
  @Test
  void allOfADeviceHasOneKey() {
    Struct device = struct(Key.of(Feed.DEVICES, EUI));
    for (Feed feed : List.of(Feed.DEVICE_QUEUES, Feed.DEVICE_EVENTS, Feed.DEVICE_FRAMES)) {
      assertThat(struct(Key.of(feed, EUI))).isEqualTo(device);
    }
    assertThat(struct(Key.of(Feed.GATEWAY_FRAMES, EUI)))
        .isEqualTo(struct(Key.of(Feed.GATEWAYS, EUI)))
        .isNotEqualTo(device);
  }

  /** So that a table has a row of each event, and one of each device. */
  @Test
  void asARowItNamesTheRecordItself() {
    Struct event = new Struct(Events.BY_KIND.get("up").schema()).put("id", "7-0");
    Struct key = row(Key.of(Feed.DEVICE_EVENTS, EUI), event);
    assertThat(key.schema().name()).isEqualTo("io.github.chirpconnect.DeviceRowKey");
    assertThat(key.getString("dev_eui")).isEqualTo(EUI);
    assertThat(key.getString("id")).isEqualTo("7-0");
    assertThat(row(Key.of(Feed.GATEWAY_FRAMES, EUI), event).getString("gateway_id")).isEqualTo(EUI);
    for (Feed feed : List.of(Feed.DEVICES, Feed.DEVICE_QUEUES, Feed.RELAY_GATEWAYS)) {
      assertThat(row(Key.of(feed, "t:1"), null)).isEqualTo(struct(Key.of(feed, "t:1")));
    }
  }

  private static Struct row(Key key, Struct value) {
    SchemaAndValue made = KeyFormat.named("row").of(key, value);
    Struct struct = (Struct) made.value();
    struct.validate();
    assertThat(made.schema()).isSameAs(struct.schema());
    return struct;
  }

  @Test
  void eachFeedHasASchemaAndEachSchemaANameAndAVersion() {
    assertThat(Arrays.stream(Feed.values()).map(KeySchemas::of)).doesNotContainNull();
    assertThat(KeySchemas.all())
        .hasSize(16)
        .allSatisfy(
            schema -> {
              assertThat(schema.name()).matches("io\\.github\\.chirpconnect\\.[A-Za-z]+Key");
              assertThat(schema.version()).isEqualTo(1);
              assertThat(schema.fields()).noneMatch(field -> field.schema().isOptional());
            })
        .extracting(Schema::name)
        .doesNotHaveDuplicates();
  }

  private static Struct struct(Key key) {
    SchemaAndValue made = KeyFormat.named("struct").of(key, null);
    Struct struct = (Struct) made.value();
    struct.validate();
    assertThat(made.schema()).isSameAs(struct.schema());
    return struct;
  }
}
