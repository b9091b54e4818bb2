package io.github.chirpconnect.api.v3.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v3.DeviceListItem;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Recorded rows as entities in v4's form, held to an independent reading of the same bytes. */
class RecordedListsTest {
  @Test
  void aDeviceHasEveryFieldOfTheListsItem() {
    DeviceLister lister = new DeviceLister();
    int rows =
        forEach(
            lister,
            (row, recorded) -> {
              assertThat(names(recorded))
                  .isSubsetOf(
                      "dev_eui",
                      "name",
                      "application_id",
                      "description",
                      "device_profile_id",
                      "device_profile_name",
                      "last_seen_at",
                      "device_status_battery",
                      "device_status_margin",
                      "device_status_external_power_source",
                      "device_status_battery_level_unavailable",
                      "device_status_battery_level");
              ObjectNode body = lister.body(row, false);
              assertThat(lister.id(row)).isEqualTo(recorded.path("dev_eui").asText());
              assertText(body, "devEui", recorded, "dev_eui");
              assertText(body, "name", recorded, "name");
              assertText(body, "description", recorded, "description");
              assertText(body, "deviceProfileId", recorded, "device_profile_id");
              assertText(body, "deviceProfileName", recorded, "device_profile_name");
              Instant seen = instant(recorded.path("last_seen_at"));
              assertThat(lister.lastSeenAt(row)).isEqualTo(seen);
              assertThat(instant(body.path("lastSeenAt"))).isEqualTo(seen);
              assertThat(body.get("createdAt").isNull()).isTrue();
              assertThat(body.get("updatedAt").isNull()).isTrue();
              assertThat(body.get("tags").isNull()).isTrue();
              assertStatus(body.get("deviceStatus"), recorded);
            });
    assertThat(rows).isGreaterThan(100);
  }

  /** By the whole number, which has other words for the same than the fields that are read. */
  private static void assertStatus(JsonNode status, JsonNode recorded) {
    int battery = recorded.path("device_status_battery").asInt();
    int margin = recorded.path("device_status_margin").asInt();
    if (margin == 256) {
      assertThat(battery).isEqualTo(255);
      assertThat(status).isNull();
      return;
    }
    boolean external = recorded.path("device_status_external_power_source").asBoolean();
    assertThat(external && battery != 0).isFalse();
    assertThat(status.path("margin").intValue()).isEqualTo(margin);
    assertThat(status.path("externalPowerSource").booleanValue()).isEqualTo(external);
    if (battery == 255 || external) {
      assertThat(status.get("batteryLevel").isNull()).isTrue();
    } else {
      float level = (float) recorded.path("device_status_battery_level").asDouble();
      assertThat(status.get("batteryLevel").floatValue()).isEqualTo(level);
      assertThat((int) level).isEqualTo(battery);
    }
  }

  @Test
  void everyWayToReportABatteryWasRecorded() {
    List<JsonNode> seen = new ArrayList<>();
    DeviceLister lister = new DeviceLister();
    forEach(
        lister,
        (DeviceListItem row, JsonNode recorded) ->
            seen.add(lister.body(row, false).get("deviceStatus")));

    assertThat(seen).anyMatch(status -> status == null);
    assertThat(seen).anyMatch(status -> status != null && status.get("batteryLevel").isNumber());
  }

  @Test
  void aGatewayHasEveryFieldOfTheListsItem() {
    GatewayLister lister = new GatewayLister();
    int rows =
        forEach(
            lister,
            (row, recorded) -> {
              assertThat(names(recorded))
                  .isSubsetOf(
                      "id",
                      "name",
                      "description",
                      "created_at",
                      "updated_at",
                      "last_seen_at",
                      "location",
                      // Without a place in v4's form.
                      "first_seen_at",
                      "organization_id",
                      "network_server_id",
                      "network_server_name");
              ObjectNode body = lister.body(row, false);
              assertThat(lister.id(row)).isEqualTo(recorded.path("id").asText());
              assertText(body, "gatewayId", recorded, "id");
              assertText(body, "name", recorded, "name");
              assertText(body, "description", recorded, "description");
              assertTimes(body, recorded);
              assertThat(lister.lastSeenAt(row)).isEqualTo(instant(recorded.path("last_seen_at")));
              JsonNode location = recorded.path("location");
              assertThat(body.has("location")).isEqualTo(recorded.has("location"));
              for (String coordinate : List.of("latitude", "longitude", "altitude")) {
                assertThat(body.path("location").path(coordinate).asDouble())
                    .isEqualTo(location.path(coordinate).asDouble());
              }
            });
    assertThat(rows).isPositive();
  }

  @Test
  void aDeviceProfileHasEveryFieldOfTheListsItem() {
    DeviceProfileLister lister = new DeviceProfileLister();
    int rows =
        forEach(
            lister,
            (row, recorded) -> {
              assertThat(names(recorded))
                  .isSubsetOf(
                      "id",
                      "name",
                      "created_at",
                      "updated_at",
                      // Without a place in v4's form.
                      "organization_id",
                      "network_server_id",
                      "network_server_name");
              ObjectNode body = lister.body(row, false);
              assertThat(lister.id(row)).isEqualTo(recorded.path("id").asText());
              assertText(body, "id", recorded, "id");
              assertText(body, "name", recorded, "name");
              assertTimes(body, recorded);
            });
    assertThat(rows).isPositive();
  }

  @Test
  void aMulticastGroupHasEveryFieldOfTheListsItem() {
    MulticastGroupLister lister = new MulticastGroupLister();
    int rows =
        forEach(
            lister,
            (row, recorded) -> {
              assertThat(names(recorded))
                  .isSubsetOf("id", "name", "application_id", "application_name");
              ObjectNode body = lister.body(row, false);
              assertThat(lister.id(row)).isEqualTo(recorded.path("id").asText());
              assertText(body, "id", recorded, "id");
              assertText(body, "name", recorded, "name");
            });
    assertThat(rows).isPositive();
  }

  private static void assertTimes(ObjectNode body, JsonNode recorded) {
    assertThat(instant(body.path("createdAt"))).isEqualTo(instant(recorded.path("created_at")));
    assertThat(instant(body.path("updatedAt"))).isEqualTo(instant(recorded.path("updated_at")));
    assertThat(instant(body.path("lastSeenAt"))).isEqualTo(instant(recorded.path("last_seen_at")));
  }

  private static <Q, A, T> int forEach(Lister<Q, A, T> lister, BiConsumer<T, JsonNode> row) {
    int count = 0;
    for (Golden.Message answer : answers("/" + lister.method().getFullMethodName())) {
      JsonNode recorded = answer.json().path("result");
      List<T> rows =
          lister.rows(
              lister
                  .method()
                  .getResponseMarshaller()
                  .parse(new ByteArrayInputStream(answer.bytes())));
      assertThat(rows).hasSize(recorded.size());
      for (int i = 0; i < rows.size(); i++) {
        row.accept(rows.get(i), recorded.get(i));
        count++;
      }
    }
    return count;
  }

  private static List<Golden.Message> answers(String method) {
    return Stream.of("walk", "grpc-unary", "grpc-errors")
        .flatMap(file -> Golden.calls("v3/" + file + ".jsonl").stream())
        .filter(call -> call.method().equals(method))
        .flatMap(call -> call.messages().stream())
        .toList();
  }

  private static void assertText(ObjectNode body, String field, JsonNode row, String recorded) {
    assertThat(body.get(field).textValue()).isEqualTo(row.path(recorded).asText());
  }

  private static Instant instant(JsonNode text) {
    return text.isMissingNode() ? null : Instant.parse(text.asText());
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(field -> field.getKey()).toList();
  }
}
