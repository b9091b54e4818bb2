package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v3.GetDeviceResponse;
import io.github.chirpconnect.proto.v3.ListDeviceQueueItemsResponse;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Recorded answers as the port's records, held to an independent reading of the same bytes. */
class RecordedV3Test {
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
          ObjectNode body = ProtoMapping.queueItem(queue.getDeviceQueueItems(i));
          assertThat(body.path("devEui").textValue()).isEqualTo(item.path("dev_eui").asText());
          assertThat(body.path("fPort").intValue()).isEqualTo(item.path("f_port").asInt());
          assertThat(body.path("confirmed").booleanValue())
              .isEqualTo(item.path("confirmed").asBoolean());
          assertThat(body.path("data").textValue()).isEqualTo(item.path("data").asText());
          assertThat(body.path("fCntDown").longValue()).isEqualTo(item.path("f_cnt").asLong());
          assertThat(body.get("id").isNull()).isTrue();
          assertThat(body.get("isPending").isNull()).isTrue();
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
