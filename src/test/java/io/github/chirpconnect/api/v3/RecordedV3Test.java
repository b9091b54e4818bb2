package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v3.GetDeviceResponse;
import io.github.chirpconnect.proto.v3.ListDeviceQueueItemsResponse;
import io.github.chirpconnect.proto.v3.ListDeviceResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Recorded answers as the port's records, held to an independent reading of the same bytes. */
class RecordedV3Test {
  private static final ProtoMapping.Place PLACE =
      new ProtoMapping.Place(1, "organization", 2, "application");

  @Test
  void aDeviceHasEveryFieldOfTheListsItem() throws Exception {
    int count = 0;
    for (Golden.Call call : Recorded.of("/api.DeviceService/List").toList()) {
      for (Golden.Message answer : call.messages()) {
        ListDeviceResponse list = ListDeviceResponse.parseFrom(answer.bytes());
        JsonNode rows = answer.json().path("result");
        assertThat(list.getResultCount()).isEqualTo(rows.size());
        for (int i = 0; i < rows.size(); i++) {
          count++;
          assertThat(ProtoMapping.device(list.getResult(i), PLACE)).isEqualTo(device(rows.get(i)));
        }
      }
    }
    assertThat(count).isGreaterThan(100);
  }

  private static Device device(JsonNode row) {
    assertThat(names(row))
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
    return new Device(
        row.path("dev_eui").asText(),
        row.path("name").asText(),
        row.path("description").asText(),
        "1",
        "organization",
        "2",
        "application",
        row.path("device_profile_id").asText(),
        row.path("device_profile_name").asText(),
        null,
        null,
        instant(row.path("last_seen_at")),
        status(row),
        null);
  }

  /** By the whole number, which has other words for the same than the fields that are read. */
  private static Device.Status status(JsonNode row) {
    int battery = row.path("device_status_battery").asInt();
    int margin = row.path("device_status_margin").asInt();
    if (margin == 256) {
      assertThat(battery).isEqualTo(255);
      return null;
    }
    boolean external = row.path("device_status_external_power_source").asBoolean();
    assertThat(external && battery != 0).isFalse();
    Float level =
        battery == 255 || external
            ? null
            : (Float) (float) row.path("device_status_battery_level").asDouble();
    if (level != null) {
      assertThat(level.intValue()).isEqualTo(battery);
    }
    return new Device.Status(margin, external, level);
  }

  @Test
  void everyWayToReportABatteryWasRecorded() throws Exception {
    List<Device.Status> seen = new ArrayList<>();
    for (Golden.Call call : Recorded.of("/api.DeviceService/List").toList()) {
      for (Golden.Message answer : call.messages()) {
        ListDeviceResponse.parseFrom(answer.bytes())
            .getResultList()
            .forEach(item -> seen.add(ProtoMapping.device(item, PLACE).status()));
      }
    }
    assertThat(seen).anyMatch(status -> status == null);
    assertThat(seen).anyMatch(status -> status != null && status.batteryLevel() != null);
  }

  @Test
  void queuedDownlinksHaveEveryFieldOfTheItem() throws Exception {
    int count = 0;
    for (Golden.Call call : Recorded.of("/api.DeviceQueueService/List").toList()) {
      for (Golden.Message answer : call.messages()) {
        ListDeviceQueueItemsResponse queue = ListDeviceQueueItemsResponse.parseFrom(answer.bytes());
        JsonNode items = answer.json().path("device_queue_items");
        assertThat(queue.getDeviceQueueItemsCount()).isEqualTo(items.size());
        for (int i = 0; i < items.size(); i++) {
          count++;
          JsonNode item = items.get(i);
          QueuedDownlink downlink = ProtoMapping.queued(queue.getDeviceQueueItems(i));
          assertThat(names(item)).isSubsetOf("dev_eui", "f_port", "confirmed", "data", "f_cnt");
          assertThat(downlink.id()).isNull();
          assertThat(downlink.fPort()).isEqualTo(item.path("f_port").asInt());
          assertThat(downlink.confirmed()).isEqualTo(item.path("confirmed").asBoolean());
          assertThat(downlink.data())
              .isEqualTo(Base64.getDecoder().decode(item.path("data").asText()));
          assertThat(downlink.fCntDown()).isEqualTo(item.path("f_cnt").asLong());
          assertThat(downlink.pending()).isFalse();
          assertThat(downlink.expiresAt()).isNull();
        }
      }
    }
    assertThat(count).isGreaterThan(10);
  }

  @Test
  void theStateOfADeviceIsWhenItWasHeard() throws Exception {
    Set<Boolean> heard = new java.util.HashSet<>();
    for (Golden.Call call : Recorded.of("/api.DeviceService/Get").toList()) {
      for (Golden.Message answer : call.messages()) {
        Instant lastSeen = instant(answer.json().path("last_seen_at"));
        heard.add(lastSeen != null);
        assertThat(ProtoMapping.state(GetDeviceResponse.parseFrom(answer.bytes())))
            .isEqualTo(new DeviceState(lastSeen, null));
      }
    }
    assertThat(heard).containsExactlyInAnyOrder(true, false);
  }

  private static Instant instant(JsonNode text) {
    return text.isMissingNode() ? null : Instant.parse(text.asText());
  }

  private static Set<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }
}
