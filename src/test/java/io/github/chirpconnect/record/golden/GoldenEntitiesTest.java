package io.github.chirpconnect.record.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v4.GetDeviceQueueItemsResponse;
import io.github.chirpconnect.proto.v4.ListApplicationsResponse;
import io.github.chirpconnect.proto.v4.ListDeviceProfilesResponse;
import io.github.chirpconnect.proto.v4.ListDevicesResponse;
import io.github.chirpconnect.proto.v4.ListGatewaysResponse;
import io.github.chirpconnect.proto.v4.ListMulticastGroupsResponse;
import io.github.chirpconnect.proto.v4.ListTenantsResponse;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.record.Samples;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each item of each recorded list becomes a record that says what the server says of it, no less
 * and no more, as {@link Comparison} reads both.
 */
class GoldenEntitiesTest {
  private static final List<String> FILES =
      List.of("v4/walk.jsonl", "v4/unary.jsonl", "v4/streams-kinds.jsonl", "v4/enqueue.jsonl");

  private static final Map<String, String> TENANT =
      Map.of("tenant_id", "tenant", "tenant_name", "tenant's name");

  private static final Map<String, String> APPLICATION =
      Map.of(
          "tenant_id", "tenant",
          "tenant_name", "tenant's name",
          "application_id", "application",
          "application_name", "application's name");

  /**
   * @param id the field of a list item that has its id
   * @param place what the list does not say of its items
   */
  record Kind(
      Feed feed, String method, Message answer, String id, Map<String, String> place, int least) {
    @Override
    public String toString() {
      return feed.id();
    }
  }

  private final RecordFactory records =
      new RecordFactory("c", () -> Generation.V4, Clock.systemUTC(), Long.MAX_VALUE);

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind(
            Feed.TENANTS,
            "/api.TenantService/List",
            ListTenantsResponse.getDefaultInstance(),
            "id",
            Map.of(),
            10),
        new Kind(
            Feed.APPLICATIONS,
            "/api.ApplicationService/List",
            ListApplicationsResponse.getDefaultInstance(),
            "id",
            TENANT,
            4),
        new Kind(
            Feed.DEVICE_PROFILES,
            "/api.DeviceProfileService/List",
            ListDeviceProfilesResponse.getDefaultInstance(),
            "id",
            TENANT,
            4),
        new Kind(
            Feed.DEVICES,
            "/api.DeviceService/List",
            ListDevicesResponse.getDefaultInstance(),
            "dev_eui",
            APPLICATION,
            50),
        new Kind(
            Feed.GATEWAYS,
            "/api.GatewayService/List",
            ListGatewaysResponse.getDefaultInstance(),
            "gateway_id",
            Map.of("tenant_name", "tenant's name"),
            6),
        new Kind(
            Feed.MULTICAST_GROUPS,
            "/api.MulticastGroupService/List",
            ListMulticastGroupsResponse.getDefaultInstance(),
            "id",
            TENANT,
            2));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void eachItemSaysWhatTheListSays(Kind kind) throws InvalidProtocolBufferException {
    int count = 0;
    for (Golden.Message answer : answers(kind.method())) {
      List<ObjectNode> bodies = items(kind.answer(), answer.bytes());
      JsonNode recorded = answer.json().path("result");
      assertThat(bodies).hasSize(recorded.size());
      for (int i = 0; i < bodies.size(); i++) {
        count++;
        String id = recorded.get(i).path(kind.id()).asText();
        Struct value = value(kind.feed(), id, placed(bodies.get(i), kind.place()));
        RecordedForm.assertEntity(recorded.get(i), kind.place(), value);
        assertThat(value.get(kind.id())).isEqualTo(id);
      }
    }
    assertThat(count).isGreaterThanOrEqualTo(kind.least());
  }

  /** Of both generations, and whatever the port reads into v4's form. */
  @ParameterizedTest
  @EnumSource
  void eachEntitySaysWhatItsBodySays(Generation generation) throws InterruptedException {
    Set<Feed> seen = EnumSet.noneOf(Feed.class);
    for (Entity entity : RecordedEntities.of(generation)) {
      seen.add(entity.feed());
      Struct value = (Struct) records.entity(entity).at(Map.of(), Map.of()).value();
      RecordedForm.assertBody(entity.body(), entity.id(), value);
    }
    assertThat(seen)
        .contains(Feed.DEVICE_PROFILES, Feed.DEVICES, Feed.GATEWAYS, Feed.MULTICAST_GROUPS);
  }

  @Test
  void eachQueueHasItsItemsInOrder() throws InvalidProtocolBufferException {
    int count = 0;
    for (Golden.Message answer : answers("/api.DeviceService/GetQueue")) {
      JsonNode recorded = answer.json().path("result");
      ObjectNode body = placed(JsonNodeFactory.instance.objectNode(), APPLICATION);
      ArrayNode items = body.putArray("items");
      items(GetDeviceQueueItemsResponse.getDefaultInstance(), answer.bytes()).forEach(items::add);
      Struct value = value(Feed.DEVICE_QUEUES, "0102030405060708", body);
      List<Struct> structs = value.getArray("items");
      assertThat(structs).hasSize(recorded.size());
      for (int i = 0; i < structs.size(); i++) {
        count++;
        // The queue is one device's: its items do not say it again.
        ((ObjectNode) recorded.get(i)).remove("dev_eui");
        RecordedForm.assertEntity(recorded.get(i), Map.of(), structs.get(i));
      }
      assertThat(value.get("application_name")).isEqualTo("application's name");
    }
    assertThat(count).isGreaterThan(5);
  }

  private Struct value(Feed feed, String id, ObjectNode body) {
    SourceRecord record =
        records.entity(new Entity(feed, id, Place.NONE, null, body)).at(Map.of(), Map.of());
    assertThat(record.topic()).isEqualTo("c." + feed.topics().get(0));
    assertThat(record.key()).isEqualTo(id);
    return (Struct) record.value();
  }

  private static List<Golden.Message> answers(String method) {
    return FILES.stream()
        .flatMap(file -> Golden.calls(file).stream())
        .filter(call -> call.method().equals(method))
        .flatMap(call -> call.messages().stream())
        .toList();
  }

  private static List<ObjectNode> items(Message kind, byte[] answer)
      throws InvalidProtocolBufferException {
    Message read = kind.getParserForType().parseFrom(answer);
    List<ObjectNode> items = new ArrayList<>();
    Collection<?> result =
        (Collection<?>) read.getField(read.getDescriptorForType().findFieldByName("result"));
    result.forEach(item -> items.add(ProtoJson.of((Message) item)));
    return items;
  }

  private static ObjectNode placed(ObjectNode body, Map<String, String> place) {
    place.forEach((field, text) -> body.put(Samples.camelCase(field), text));
    return body;
  }
}
