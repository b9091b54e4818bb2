package io.github.chirpconnect.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.harness.TopicRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Follows one command from its topic to the device and back: queued (the sink's outcome record
 * names the queue item), sent by a gateway ({@code txack}) and acknowledged by the device ({@code
 * ack}), both of which name the same item.
 */
final class DownlinkLoop {
  /** Where the command has been seen, in the order of its way. */
  enum Stage {
    COMMANDED,
    QUEUED,
    SENT,
    ACKNOWLEDGED
  }

  private static final Map<String, Stage> STAGES =
      Map.of("txack", Stage.SENT, "ack", Stage.ACKNOWLEDGED);

  private final String commandId;
  private final Map<Stage, Instant> reached = new EnumMap<>(Stage.class);

  /** What came before the outcome did: topics are not read in order of time. */
  private final Map<String, Map<Stage, TopicRecord>> early = new HashMap<>();

  private String itemId;
  private String refusal;
  private boolean acknowledged;

  DownlinkLoop(String commandId, Instant commandedAt) {
    this.commandId = commandId;
    reached.put(Stage.COMMANDED, commandedAt);
  }

  /**
   * Takes note of a record.
   *
   * @return what it says of the command; empty when it says nothing of it
   */
  Optional<String> observe(TopicRecord record) {
    if (record.topic().equals(Installation.COMMANDS)) {
      return Optional.of(command(record.json()));
    }
    if (record.topic().equals(Installation.OUTCOMES)) {
      return outcome(record, record.json());
    }
    Stage stage = STAGES.get(String.valueOf(record.header("chirpstack.kind")));
    if (stage == null) {
      return Optional.empty();
    }
    JsonNode value = record.json();
    String item = value.path("queue_item_id").asText();
    if (item.equals(itemId)) {
      return Optional.of(reach(stage, record, value));
    }
    early.computeIfAbsent(item, id -> new EnumMap<>(Stage.class)).put(stage, record);
    return Optional.empty();
  }

  /** Whether the device has answered: the loop is closed. */
  boolean isClosed() {
    return reached.size() == Stage.values().length;
  }

  /** Why the command came to nothing; empty while it may still arrive. */
  Optional<String> refusal() {
    return Optional.ofNullable(refusal);
  }

  /** One line for the summary. */
  String summary() {
    if (refusal != null) {
      return "refused: " + refusal;
    }
    if (!isClosed()) {
      return "under way, so far seen: " + String.join(", ", names());
    }
    return "queued %s, sent %s, %s %s after the command (queue item %s)"
        .formatted(
            after(Stage.QUEUED),
            after(Stage.SENT),
            acknowledged ? "acknowledged" : "given up by the device",
            after(Stage.ACKNOWLEDGED),
            Rows.shortId(itemId));
  }

  private static String command(JsonNode value) {
    return "port %s, %s, data %s, to topic %s"
        .formatted(
            value.path("fPort").asText(),
            value.path("confirmed").asBoolean() ? "confirmed" : "unconfirmed",
            value.path("data").asText(),
            Installation.COMMANDS);
  }

  private Optional<String> outcome(TopicRecord record, JsonNode value) {
    if (!value.path("id").asText().equals(commandId)) {
      return Optional.empty();
    }
    if (!value.path("queue_item_id").isTextual()) {
      refusal = value.path("reason").asText(value.path("outcome").asText());
      return Optional.of(refusal);
    }
    itemId = value.path("queue_item_id").asText();
    reached.put(Stage.QUEUED, record.timestamp());
    early
        .getOrDefault(itemId, Map.of())
        .forEach((stage, earlier) -> reach(stage, earlier, earlier.json()));
    return Optional.of(
        "queued as item %s, %s after the command"
            .formatted(Rows.shortId(itemId), after(Stage.QUEUED)));
  }

  private String reach(Stage stage, TopicRecord record, JsonNode value) {
    reached.put(stage, record.timestamp());
    if (stage == Stage.SENT) {
      return "item %s sent by gateway %s, %s after the command"
          .formatted(Rows.shortId(itemId), value.path("gateway_id").asText(), after(Stage.SENT));
    }
    acknowledged = value.path("acknowledged").asBoolean();
    return "item %s %s by the device, %s after the command"
        .formatted(
            Rows.shortId(itemId),
            acknowledged ? "acknowledged" : "not acknowledged",
            after(Stage.ACKNOWLEDGED));
  }

  private List<String> names() {
    return reached.keySet().stream().map(stage -> stage.name().toLowerCase(Locale.ROOT)).toList();
  }

  private String after(Stage stage) {
    Duration took = Duration.between(reached.get(Stage.COMMANDED), reached.get(stage));
    return "%.1f s".formatted(took.toMillis() / 1000.0);
  }
}
