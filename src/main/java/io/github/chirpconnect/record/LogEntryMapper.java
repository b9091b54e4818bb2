package io.github.chirpconnect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.record.json.CanonicalJson;
import io.github.chirpconnect.record.json.MappingException;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.json.Times;
import io.github.chirpconnect.record.schema.event.Events;
import io.github.chirpconnect.record.schema.event.OtherEntry;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Log entries as structs, and the topics they belong to. Safe for use by many threads. */
final class LogEntryMapper {
  private static final Logger log = LoggerFactory.getLogger(LogEntryMapper.class);

  static final String FRAMES_TOPIC = "frames";
  static final String UNREADABLE_TOPIC = "unreadable";
  private static final int KIND_MAX_LENGTH = 80;
  private static final int NOTED_MAX = 1_000;

  private static final Field OTHER_TIME = OtherEntry.SCHEMA.field("time");

  /**
   * @param topic the last part of its name
   */
  record TopicAndValue(String topic, Struct value) {}

  private final Oversize oversize;
  private final boolean secrets;

  /** What was logged already, so that a log is not flooded by each entry saying the same. */
  private final Set<String> noted = ConcurrentHashMap.newKeySet();

  /**
   * @param secrets whether fields that are secret are read, or stay null
   */
  LogEntryMapper(boolean secrets, Oversize oversize) {
    this.secrets = secrets;
    this.oversize = oversize;
  }

  TopicAndValue map(LogEntry entry) {
    TopicAndValue mapped = whole(entry);
    long size = oversize.of(mapped.value(), entry.text());
    return size == Oversize.NONE ? mapped : tooLarge(entry, size);
  }

  private TopicAndValue whole(LogEntry entry) {
    MessageMapping event = entry.log() == LogKind.EVENTS ? Events.BY_KIND.get(entry.kind()) : null;
    if (entry.log() == LogKind.EVENTS && event == null) {
      return unknownKind(entry);
    }
    try {
      return event == null
          ? new TopicAndValue(FRAMES_TOPIC, frame(entry))
          : new TopicAndValue(entry.kind(), event(event, entry));
    } catch (MappingException e) {
      return unreadable(entry, e.getMessage(), e.field());
    } catch (ApiException e) {
      return unreadable(entry, e.getMessage(), "the whole");
    }
  }

  private Struct event(MessageMapping message, LogEntry entry) {
    JsonNode body = entry.body();
    MessageMapping.Reading reading = new MessageMapping.Reading(secrets);
    Struct struct = message.read(body, reading);
    putUnknown(struct, message, body, reading, entry.kind());
    return struct;
  }

  private Struct frame(LogEntry entry) {
    JsonNode body = entry.body();
    MessageMapping message = Frames.message(entry.kind(), body);
    MessageMapping.Reading reading = new MessageMapping.Reading(secrets);
    Struct struct = message.read(body, reading);
    Frames.put(struct, entry, body);
    putUnknown(struct, message, body, reading, FRAMES_TOPIC);
    return struct;
  }

  private void putUnknown(
      Struct struct,
      MessageMapping message,
      JsonNode body,
      MessageMapping.Reading reading,
      String kind) {
    if (!reading.unknownSeen()) {
      return;
    }
    ObjectNode unknown = JsonNodeFactory.instance.objectNode();
    message.collectUnknown(body, "", unknown);
    struct.put(MessageMapping.UNKNOWN_FIELDS, CanonicalJson.of(unknown));
    unknown
        .fieldNames()
        .forEachRemaining(
            path -> {
              String field = MappingException.withoutIndexes(path);
              if (firstTime(kind + " " + field)) {
                log.warn(
                    "ChirpStack says {} in {} records, which this connector's version has no field for. It is passed on in {}.",
                    field,
                    kind,
                    MessageMapping.UNKNOWN_FIELDS);
              }
            });
  }

  private TopicAndValue unknownKind(LogEntry entry) {
    String topic = sanitised(entry.kind());
    if (topic.isEmpty()
        || topic.equals(FRAMES_TOPIC)
        || topic.equals(UNREADABLE_TOPIC)
        || Events.BY_KIND.containsKey(topic)) {
      return unreadable(entry, "the kind '" + entry.kind() + "' is not known", "kind");
    }
    if (firstTime("kind " + entry.kind())) {
      log.info(
          "ChirpStack logs events of the kind '{}', which this connector's version has no schema for. They are passed on as JSON text.",
          entry.kind());
    }
    return new TopicAndValue(topic, other(entry, null));
  }

  /**
   * @param where what goes wrong in the same way again and again
   */
  private TopicAndValue unreadable(LogEntry entry, String problem, String where) {
    String message =
        "Entry {} of device {} ({}) does not fit its schema: {}. It is passed on as text to the topic <prefix>.device."
            + UNREADABLE_TOPIC
            + ".";
    if (firstTime("unreadable " + entry.kind() + " " + where)) {
      log.warn(message, entry.id().text(), entry.devEui(), entry.kind(), problem);
    } else {
      log.debug(message, entry.id().text(), entry.devEui(), entry.kind(), problem);
    }
    return new TopicAndValue(UNREADABLE_TOPIC, other(entry, problem));
  }

  /** Its device's other entries, and all others of the task, would be stopped by it. */
  private TopicAndValue tooLarge(LogEntry entry, long size) {
    Oversize.Rest rest = oversize.without(entry.text(), size);
    String message = "Entry {} of device {} ({}) is {} It goes to the topic <prefix>.device.{}.";
    if (firstTime("too large " + entry.kind() + " of " + entry.devEui())) {
      log.warn(
          message,
          entry.id().text(),
          entry.devEui(),
          entry.kind(),
          rest.problem(),
          UNREADABLE_TOPIC);
    } else {
      log.debug(
          message,
          entry.id().text(),
          entry.devEui(),
          entry.kind(),
          rest.problem(),
          UNREADABLE_TOPIC);
    }
    Struct struct = other(entry, rest.body(), rest.problem()).put("size", size);
    if (oversize.isLarge(entry.properties())) {
      struct.put("properties", Map.of());
    }
    return new TopicAndValue(UNREADABLE_TOPIC, struct);
  }

  private static Struct other(LogEntry entry, String problem) {
    return other(entry, entry.text(), problem);
  }

  private static Struct other(LogEntry entry, String body, String problem) {
    Struct struct =
        new Struct(OtherEntry.SCHEMA)
            .put("dev_eui", entry.devEui())
            .put("kind", entry.kind())
            .put("body", body)
            .put("properties", new TreeMap<>(entry.properties()))
            .put("error", problem)
            .put("id", entry.id().text());
    try {
      Times.put(struct, OTHER_TIME, entry.time());
    } catch (MappingException e) {
      struct.put("time_text", entry.time().toString());
    }
    return struct;
  }

  /** Bounded: what a server invents without end is logged each time rather than remembered. */
  private boolean firstTime(String what) {
    return noted.size() >= NOTED_MAX ? !noted.contains(what) : noted.add(what);
  }

  private static String sanitised(String kind) {
    String name =
        kind.toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9.-]+", "-")
            .replaceAll("^[.-]+|[.-]+$", "");
    return name.length() > KIND_MAX_LENGTH ? name.substring(0, KIND_MAX_LENGTH) : name;
  }
}
