package io.github.chirpconnect.it.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * States of downlinks, as a server's events tell them and as rows of the feed {@code downlinks}.
 */
final class DownlinkRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** By v4's codes and v3's types. */
  private static final Map<String, String> BY_CODE =
      Map.of(
          "EXPIRED", "expired",
          "DOWNLINK_PAYLOAD_SIZE", "refused",
          "F_CNT_DOWN", "refused",
          "DOWNLINK_FCNT", "refused",
          "DOWNLINK_GATEWAY", "refused");

  /** A state of a downlink of a device. */
  record Row(String devEui, String id, String state) {}

  private DownlinkRows() {}

  /** Whether it is a row, and no entry of a log. */
  static boolean isOne(TopicRecord record) {
    return "downlinks".equals(record.header("chirpstack.feed"));
  }

  /** What was written. */
  static List<Row> in(List<TopicRecord> records) {
    return records.stream()
        .filter(DownlinkRows::isOne)
        .map(TopicRecord::json)
        // With its schema, which a converter may write around it.
        .map(record -> record.has("schema") ? record.path("payload") : record)
        .map(
            row ->
                new Row(
                    row.path("dev_eui").asText(),
                    row.path("id").asText(),
                    row.path("state").asText()))
        .toList();
  }

  /** What the server holds now. */
  static List<Row> of(Simulator chirpStack) {
    List<Row> rows = new ArrayList<>();
    for (String devEui : chirpStack.network().devEuis()) {
      for (LogItem item : chirpStack.network().events(devEui)) {
        String state = state(item.getDescription(), tree(item.getBody()));
        if (state != null) {
          rows.add(new Row(devEui, item.getId(), state));
        }
      }
    }
    return rows;
  }

  private static String state(String kind, JsonNode body) {
    return switch (kind) {
      case "txack" -> "sent";
      case "ack" -> body.path("acknowledged").asBoolean() ? "acknowledged" : "not-acknowledged";
      case "log" -> BY_CODE.get(body.path("code").asText());
      case "error" -> BY_CODE.get(body.path("type").asText());
      default -> null;
    };
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the simulator writes JSON: " + json, e);
    }
  }
}
