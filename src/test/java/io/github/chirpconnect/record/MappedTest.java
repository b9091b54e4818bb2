package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.schema.InventorySchema;
import io.github.chirpconnect.record.schema.InventorySchemas;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of a record beside its value: where it is, its kind, and ChirpStack's own JSON. */
class MappedTest {
  private static final String INFO =
      "\"deviceInfo\":{\"tenantId\":\"t\",\"tenantName\":\"alpha\",\"applicationId\":\"a\",\"applicationName\":\"\"}";

  private static LogEntry entry(LogKind log, String kind, String body) {
    return Samples.entry(log, kind, Instant.EPOCH, "1-0", body);
  }

  private static Mapped map(boolean secrets, long maxBytes, LogEntry entry) {
    return new LogEntryMapper(secrets, new Oversize(maxBytes)).map(entry, null);
  }

  private static Mapped event(String kind, String body) {
    return map(false, Long.MAX_VALUE, entry(LogKind.EVENTS, kind, body));
  }

  @ParameterizedTest
  @CsvSource({"up,device.up", "Integration,device.integration"})
  void anEventSaysWhereItsDeviceIs(String kind, String topic) {
    Mapped mapped = event(kind, "{" + INFO + ",\"object\":{\"b\":7.0}}");
    assertThat(mapped.feed()).isEqualTo(Feed.DEVICE_EVENTS);
    assertThat(mapped.kind()).isEqualTo(kind);
    assertThat(mapped.topic()).isEqualTo(topic);
    assertThat(mapped.place()).isEqualTo(new Place("t", "alpha", "a", null));
    assertThat(mapped.body()).hasToString("{" + INFO + ",\"object\":{\"b\":7.0}}");
  }

  @ParameterizedTest
  @CsvSource({"FRAMES,device.frames,DEVICE_FRAMES", "GATEWAY_FRAMES,gateway.frames,GATEWAY_FRAMES"})
  void aFrameSaysNotWhereItIs(LogKind log, String topic, Feed feed) {
    String body = "{\"phy_payload\":{\"mhdr\":{\"f_type\":\"JoinRequest\"}}}";
    Mapped mapped = map(false, Long.MAX_VALUE, entry(log, "JoinRequest", body));
    assertThat(mapped.feed()).isEqualTo(feed);
    assertThat(mapped.kind()).isEqualTo("JoinRequest");
    assertThat(mapped.topic()).isEqualTo(topic);
    assertThat(mapped.place()).isEqualTo(Place.NONE);
    assertThat(mapped.body()).hasToString(body);
  }

  @Test
  void whatIsUnreadableHasNoBodyButAPlaceIfItSaysOne() {
    for (Mapped mapped :
        new Mapped[] {
          event("up", "{" + INFO + ",\"fCnt\":\"x\"}"),
          event("frames", "{" + INFO + "}"),
          map(false, 10, entry(LogKind.EVENTS, "up", "{" + INFO + "}"))
        }) {
      assertThat(mapped.topic()).isEqualTo("device.unreadable");
      assertThat(mapped.place().tenantId()).isEqualTo("t");
      assertThat(mapped.body()).isNull();
    }
    Mapped noJson = event("up", "{");
    assertThat(noJson.topic()).isEqualTo("device.unreadable");
    assertThat(noJson.place()).isEqualTo(Place.NONE);
    assertThat(noJson.body()).isNull();
    Mapped unknownKind = event("integration", "{");
    assertThat(unknownKind.topic()).isEqualTo("device.integration");
    assertThat(unknownKind.body()).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBodyHasSecretsOnlyIfTheyAreAskedFor(boolean secrets) {
    String own = "\"object\":{\"key\":\"mine\"},\"deviceInfo\":{\"tags\":{\"token\":\"mine\"}}";
    String known =
        "\"joinServerContext\":{\"sessionKeyId\":\"s\",\"appSKey\":{\"aesKey\":\"AQ==\"}}";
    String unknown = "\"newer\":{\"nwkSKey\":\"AQ==\",\"a\":1}";
    for (String kind : new String[] {"up", "integration"}) {
      String body = "{" + own + "," + known + "," + unknown + "}";
      Mapped mapped = map(secrets, Long.MAX_VALUE, entry(LogKind.EVENTS, kind, body));
      assertThat(mapped.body())
          .hasToString(
              secrets
                  ? body
                  : "{"
                      + own
                      + ",\"joinServerContext\":{\"sessionKeyId\":\"s\"},\"newer\":{\"a\":1}}");
    }
    Mapped mapped = map(secrets, Long.MAX_VALUE, entry(LogKind.EVENTS, "join", "{" + known + "}"));
    assertThat(mapped.body().toString().contains("AQ==")).isEqualTo(secrets);
  }

  @Test
  void anEntitysBodyBeginsWithItsIdAndHasWhatTheSchemaKnows() {
    Place place = new Place("t", "alpha", "a", "meters");
    EntityMapper mapper = new EntityMapper(false, new Oversize(Long.MAX_VALUE));
    for (InventorySchema inventory : InventorySchemas.all()) {
      ObjectNode body = Samples.body(inventory.schema());
      body.remove(List.of("deleted", "deletedAt"));
      body.put("someKey", "secret");
      Mapped mapped = mapper.map(new Entity(inventory.feed(), "0102", place, null, body));
      assertThat(mapped.feed()).isEqualTo(inventory.feed());
      assertThat(mapped.kind()).isNull();
      assertThat(mapped.topic()).isEqualTo(inventory.topic());
      assertThat(mapped.place()).isEqualTo(place);
      String id = Samples.camelCase(inventory.idField());
      assertThat(mapped.body().fieldNames().next()).isEqualTo(id);
      assertThat(mapped.body().get(id).textValue()).isEqualTo("0102");
      assertThat(mapped.body()).hasSize(body.size() - 1);
      Mapped large =
          new EntityMapper(false, new Oversize(10))
              .map(new Entity(inventory.feed(), "0102", place, null, body));
      assertThat(large.topic()).isEqualTo(inventory.topic() + ".unreadable");
      assertThat(large.place()).isEqualTo(place);
      assertThat(large.body()).isNull();
    }
  }

  @Test
  void aRowOfASeriesHasAPlaceAndNoBody() {
    Mapped mapped = Samples.metrics().get(0).mapped();
    assertThat(mapped.place().tenantName()).isEqualTo("tenant");
    assertThat(mapped.body()).isNull();
  }
}
