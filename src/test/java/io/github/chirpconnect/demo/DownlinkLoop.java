package io.github.chirpconnect.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Follows one command from its topic to the device and back, by the topic of downlinks alone:
 * queued (the sink's outcome says so), sent by a gateway and acknowledged by the device.
 *
 * <p>On v4 all three name the same queue item. A v3 server has frame counters alone, and may give
 * one to another item of the queue: they are certain only where the command was alone in it.
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
      Map.of(
          "sent", Stage.SENT,
          "acknowledged", Stage.ACKNOWLEDGED,
          "not-acknowledged", Stage.ACKNOWLEDGED);

  /** What the sink says before there is an outcome. */
  private static final Set<String> ANNOUNCEMENTS = Set.of("sending", "waiting");

  /** By how much the clocks of server and demonstration may differ. */
  private static final Duration CLOCKS_APART = Duration.ofSeconds(5);

  private final String commandId;
  private final String devEui;
  private final boolean alone;
  private final Map<Stage, Instant> reached = new EnumMap<>(Stage.class);

  /** What came before the outcome did: topics are not read in order of time. */
  private final List<TopicRecord> early = new ArrayList<>();

  /** Null before the command is queued, and on v3. */
  private String itemId;

  /** On v3; null until it is known. */
  private Long frameCounter;

  private String refusal;
  private boolean acknowledged;

  /**
   * @param alone whether nothing else waited in the device's queue when the command was given
   */
  DownlinkLoop(String commandId, String devEui, boolean alone, Instant commandedAt) {
    this.commandId = commandId;
    this.devEui = devEui;
    this.alone = alone;
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
    if (!record.topic().equals(Installation.DOWNLINKS)) {
      return Optional.empty();
    }
    JsonNode value = record.json();
    if (value.path("command_topic").isTextual()) {
      return outcome(record, value);
    }
    if (stage(value) == null || !devEui.equals(value.path("dev_eui").asText())) {
      return Optional.empty();
    }
    if (!reached.containsKey(Stage.QUEUED)) {
      early.add(record);
      return Optional.empty();
    }
    return event(record);
  }

  private static Stage stage(JsonNode value) {
    return STAGES.get(value.path("state").asText());
  }

  private Optional<String> event(TopicRecord record) {
    JsonNode value = record.json();
    return isOfCommand(record, value)
        ? Optional.of(reach(stage(value), record, value))
        : Optional.empty();
  }

  /** On v3, where the outcome did not tell the frame counter, that of the device's next event. */
  private boolean isOfCommand(TopicRecord record, JsonNode value) {
    if (itemId != null) {
      return value.path("queue_item_id").asText().equals(itemId);
    }
    JsonNode counter = value.path("f_cnt_down");
    if (!counter.isIntegralNumber()
        || record.timestamp().isBefore(reached.get(Stage.COMMANDED).minus(CLOCKS_APART))) {
      return false;
    }
    if (frameCounter == null) {
      frameCounter = counter.asLong();
    }
    return frameCounter == counter.asLong();
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
    return "queued %s, sent %s, %s %s after the command (%s)"
        .formatted(
            after(Stage.QUEUED),
            after(Stage.SENT),
            acknowledged ? "acknowledged" : "given up by the device",
            after(Stage.ACKNOWLEDGED),
            itemId == null ? item() : "queue " + item());
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
    if (!value.path("command_id").asText().equals(commandId)
        || ANNOUNCEMENTS.contains(value.path("state").asText())) {
      return Optional.empty();
    }
    if (!value.path("state").asText().equals("accepted")) {
      refusal = value.path("reason").asText(value.path("state").asText());
      return Optional.of(refusal);
    }
    itemId = value.path("queue_item_id").textValue();
    if (value.path("f_cnt_down").isIntegralNumber()) {
      frameCounter = value.path("f_cnt_down").asLong();
    }
    reached.put(Stage.QUEUED, record.timestamp());
    String said =
        "queued%s, %s after the command"
            .formatted(
                itemId != null ? " as " + item() : frameCounter != null ? " with " + item() : "",
                after(Stage.QUEUED));
    early.sort(Comparator.comparing(TopicRecord::timestamp));
    early.forEach(this::event);
    return Optional.of(said);
  }

  private String item() {
    if (itemId != null) {
      return "item " + Rows.shortId(itemId);
    }
    return "frame counter " + frameCounter + (alone ? "" : ", likely the command's");
  }

  private String reach(Stage stage, TopicRecord record, JsonNode value) {
    reached.put(stage, record.timestamp());
    if (stage == Stage.SENT) {
      return "%s sent by gateway %s, %s after the command"
          .formatted(item(), value.path("gateway_id").asText(), after(Stage.SENT));
    }
    acknowledged = value.path("state").asText().equals("acknowledged");
    return "%s %s by the device, %s after the command"
        .formatted(
            item(), acknowledged ? "acknowledged" : "not acknowledged", after(Stage.ACKNOWLEDGED));
  }

  private List<String> names() {
    return reached.keySet().stream().map(stage -> stage.name().toLowerCase(Locale.ROOT)).toList();
  }

  private String after(Stage stage) {
    Duration took = Duration.between(reached.get(Stage.COMMANDED), reached.get(stage));
    return "%.1f s".formatted(took.toMillis() / 1000.0);
  }
}
