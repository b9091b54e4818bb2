package io.github.chirpconnect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.common.LogOnce;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.json.CanonicalJson;
import io.github.chirpconnect.record.json.MappingException;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.json.Times;
import io.github.chirpconnect.record.schema.event.EntrySchema;
import io.github.chirpconnect.record.schema.event.Events;
import io.github.chirpconnect.record.schema.event.Frame;
import io.github.chirpconnect.record.schema.event.OtherEntry;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.slf4j.LoggerFactory;

/** Maps log entries to structs, and chooses their topics. Safe for use by many threads. */
final class LogEntryMapper {
  static final String FRAMES_TOPIC = "frames";
  static final String UNREADABLE_TOPIC = KindTopic.UNREADABLE;

  private static final Log DEVICES = new Log("device", Frame.OF_DEVICE, OtherEntry.OF_DEVICE);
  private static final Log GATEWAYS = new Log("gateway", Frame.OF_GATEWAY, OtherEntry.OF_GATEWAY);

  /** How the logs of devices, or of gateways, are read. */
  private record Log(String owner, String ownerField, Frames frames, Schema other) {
    Log(String owner, Frame frame, Schema other) {
      this(owner, frame.ownerField(), new Frames(frame), other);
    }

    Mapped in(String topic, LogEntry entry, Place place, Struct value, ObjectNode body) {
      return new Mapped(
          feed(entry),
          entry.kind(),
          owner + "." + topic,
          place,
          value,
          body == null ? null : () -> body);
    }

    private static Feed feed(LogEntry entry) {
      return switch (entry.log()) {
        case EVENTS -> Feed.DEVICE_EVENTS;
        case FRAMES -> Feed.DEVICE_FRAMES;
        case GATEWAY_FRAMES -> Feed.GATEWAY_FRAMES;
      };
    }
  }

  private final Oversize oversize;
  private final boolean secrets;

  /** By what is said and of what, so that equal entries do not flood the log. */
  private final LogOnce log = new LogOnce(LoggerFactory.getLogger(LogEntryMapper.class));

  /**
   * @param secrets whether secret fields are read; otherwise they stay null
   */
  LogEntryMapper(boolean secrets, Oversize oversize) {
    this.secrets = secrets;
    this.oversize = oversize;
  }

  /**
   * @param gap why entries are missing before it; null if none are
   */
  Mapped map(LogEntry entry, String gap) {
    Log of = entry.log() == LogKind.GATEWAY_FRAMES ? GATEWAYS : DEVICES;
    Mapped mapped = begun(of, entry, gap, whole(of, entry));
    long size = oversize.of(mapped, entry.text());
    return size == Oversize.NONE
        ? mapped
        : begun(of, entry, gap, tooLarge(of, entry, mapped.place(), size));
  }

  /** Fills in the first fields, which all records have. */
  private static Mapped begun(Log of, LogEntry entry, String gap, Mapped mapped) {
    mapped
        .value()
        .put(EntrySchema.ID, entry.id().text())
        .put(of.ownerField(), entry.devEui())
        .put(EntrySchema.GAP, gap);
    return mapped;
  }

  private Mapped whole(Log of, LogEntry entry) {
    MessageMapping event = entry.log() == LogKind.EVENTS ? Events.BY_KIND.get(entry.kind()) : null;
    JsonNode body = MissingNode.getInstance();
    ApiException noJson = null;
    try {
      body = entry.body();
    } catch (ApiException e) {
      noJson = e;
    }
    if (entry.log() == LogKind.EVENTS && event == null) {
      return unknownKind(of, entry, body);
    }
    if (noJson != null) {
      return unreadable(of, entry, Place.NONE, noJson.getMessage(), "the whole");
    }
    try {
      return event == null ? frame(of, entry, body) : event(event, of, entry, body);
    } catch (MappingException e) {
      return unreadable(of, entry, place(body), e.getMessage(), e.field());
    }
  }

  private Mapped event(MessageMapping message, Log of, LogEntry entry, JsonNode body) {
    MessageMapping.Reading reading = new MessageMapping.Reading(secrets);
    Struct struct = message.read(body, reading);
    putUnknown(struct, message, body, reading, entry.kind());
    ObjectNode shown = shown(message, (ObjectNode) body, reading);
    return of.in(entry.kind(), entry, place(body), struct, shown);
  }

  private Mapped frame(Log of, LogEntry entry, JsonNode body) {
    MessageMapping message = of.frames().message(entry.kind(), body);
    MessageMapping.Reading reading = new MessageMapping.Reading(secrets);
    Struct struct = message.read(body, reading);
    of.frames().put(struct, entry, body);
    putUnknown(struct, message, body, reading, FRAMES_TOPIC);
    ObjectNode shown = shown(message, (ObjectNode) body, reading);
    return of.in(FRAMES_TOPIC, entry, place(body), struct, shown);
  }

  /**
   * The body without secrets. The entry's parsed body belongs to this record alone, so it is
   * changed in place.
   */
  private ObjectNode shown(MessageMapping message, ObjectNode body, MessageMapping.Reading read) {
    if (!secrets) {
      message.removeSecrets(body);
      if (read.unknownSeen()) {
        Secrets.removeFrom(body);
      }
    }
    return body;
  }

  /** The place in an event; frames have none. */
  private static Place place(JsonNode body) {
    JsonNode info = body.path("deviceInfo");
    return new Place(
        text(info, "tenantId"),
        text(info, "tenantName"),
        text(info, "applicationId"),
        text(info, "applicationName"));
  }

  private static String text(JsonNode info, String field) {
    String text = info.path(field).textValue();
    return text == null || text.isEmpty() ? null : text;
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
    if (!secrets) {
      Secrets.removeFrom(unknown).forEach(name -> noteSecret(name, kind));
    }
    if (unknown.isEmpty()) {
      return;
    }
    struct.put(MessageMapping.UNKNOWN_FIELDS, CanonicalJson.of(unknown));
    unknown
        .fieldNames()
        .forEachRemaining(
            path -> {
              String field = MappingException.withoutIndexes(path);
              log.warn(
                  kind + " " + field,
                  "ChirpStack says {} in {} records, which this connector's version has no field for. It is passed on in {}.",
                  field,
                  kind,
                  MessageMapping.UNKNOWN_FIELDS);
            });
  }

  private void noteSecret(String name, String kind) {
    String field = MappingException.withoutIndexes(name);
    log.warn(
        kind + " " + field,
        "ChirpStack says {} in {} records, which this connector's version has no field for. It is left out: by its name it may be a secret"
            + " (include.secrets).",
        field,
        kind);
  }

  private Mapped unknownKind(Log of, LogEntry entry, JsonNode body) {
    Optional<String> topic = KindTopic.of(of.owner(), entry.kind());
    if (topic.isEmpty()) {
      return unreadable(
          of, entry, place(body), "the kind '" + entry.kind() + "' is not known", "kind");
    }
    log.info(
        "kind " + entry.kind(),
        "ChirpStack logs events of the kind '{}', which this connector's version has no schema for. They are passed on as JSON text.",
        entry.kind());
    Struct struct = other(of, entry, text(entry), null);
    if (!secrets) {
      Secrets.removeFrom(body);
    }
    return of.in(
        topic.get(), entry, place(body), struct, body instanceof ObjectNode object ? object : null);
  }

  /**
   * @param where identifies the reason, which is logged once
   */
  private Mapped unreadable(Log of, LogEntry entry, Place place, String problem, String where) {
    String message =
        "Entry {} of {} {} ({}) does not fit its schema: {}. The feed {} has it as text, in the topic <prefix>.{}."
            + UNREADABLE_TOPIC
            + ".";
    log.warn(
        "unreadable " + entry.kind() + " " + where,
        message,
        entry.id().text(),
        of.owner(),
        entry.devEui(),
        entry.kind(),
        problem,
        Log.feed(entry),
        of.owner());
    return of.in(UNREADABLE_TOPIC, entry, place, other(of, entry, text(entry), problem), null);
  }

  /** A record that is too large would stop its device and all others of the task. */
  private Mapped tooLarge(Log of, LogEntry entry, Place place, long size) {
    Oversize.Rest rest = oversize.without(text(entry), size);
    String message =
        "Entry {} of {} {} ({}) is {} The feed {} has the rest of it, in the topic <prefix>.{}.{}.";
    log.warn(
        "too large " + entry.kind() + " of " + entry.devEui(),
        message,
        entry.id().text(),
        of.owner(),
        entry.devEui(),
        entry.kind(),
        rest.problem(),
        Log.feed(entry),
        of.owner(),
        UNREADABLE_TOPIC);
    Struct struct = other(of, entry, rest.body(), rest.problem()).put("size", size);
    if (oversize.isLarge(entry.properties())) {
      struct.put("properties", Map.of());
    }
    return of.in(UNREADABLE_TOPIC, entry, place, struct, null);
  }

  private String text(LogEntry entry) {
    return CanonicalJson.ofText(secrets ? entry.text() : Secrets.removedFrom(entry.text()));
  }

  private static Struct other(Log of, LogEntry entry, String body, String problem) {
    Struct struct =
        new Struct(of.other())
            .put("kind", entry.kind())
            .put("body", body)
            .put("properties", new TreeMap<>(entry.properties()))
            .put("error", problem);
    try {
      Times.put(struct, of.other().field("time"), entry.time());
    } catch (MappingException e) {
      struct.put("time_text", entry.time().toString());
    }
    return struct;
  }
}
