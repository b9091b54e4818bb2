package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.json.MessageMapping.Reading;
import io.github.chirpconnect.record.schema.InventorySchema;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.event.Events;
import io.github.chirpconnect.record.schema.event.Frame;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server leaves out, lists and maps are there. */
class NullListsTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  static Stream<MessageMapping> messages() {
    return Stream.of(
            Events.BY_KIND.values().stream(),
            InventorySchemas.all().stream().map(InventorySchema::message),
            Stream.of(Frame.OF_DEVICE, Frame.OF_GATEWAY)
                .flatMap(frame -> Stream.of(frame.uplink(), frame.downlink())))
        .flatMap(all -> all);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void neitherWhatIsAbsentNorWhatIsNullIsANullList(MessageMapping message) {
    ObjectNode whole = Samples.body(message.schema());
    for (JsonNode body : List.of(JSON.objectNode(), whole, withoutLists(whole))) {
      NoNullLists.assertIn(message.read(body, new Reading(false)));
    }
  }

  /** With null for each list and map, in messages too. */
  private static JsonNode withoutLists(ObjectNode whole) {
    ObjectNode body = JSON.objectNode();
    whole
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              // A map of texts, as samples of maps are.
              boolean map = value.size() == 2 && value.path("a").isTextual();
              body.set(
                  field.getKey(),
                  value.isArray() || map
                      ? JSON.nullNode()
                      : value instanceof ObjectNode object ? withoutLists(object) : value);
            });
    return body;
  }

  @Test
  void noRecordHasANullList() {
    int count = 0;
    for (SourceRecord record : AllRecords.of("struct")) {
      count += NoNullLists.assertIn((Struct) record.value());
    }
    assertThat(count).isGreaterThan(500);
  }

  @Test
  void noRowOfAnEventThatSaysNothingOfItsDeviceHasOne() {
    RecordFactory records = FormatsTest.factory("struct");
    EntryRecords rows = EntryRecordsTest.ofAll(records);
    List<EntryRecords.Part> parts =
        rows.of(
                Samples.entry(LogKind.EVENTS, "up", Instant.EPOCH, "1-0", "{\"object\":{\"a\":1}}"),
                null,
                false)
            .parts();
    assertThat(parts).extracting(EntryRecords.Part::feed).contains(Feed.MEASUREMENTS);
    for (EntryRecords.Part part : parts) {
      NoNullLists.assertIn((Struct) part.record(Map.of(), Map.of()).value());
    }
  }
}
