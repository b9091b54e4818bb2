package io.github.chirpconnect.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.record.format.ValueFormat;
import io.github.chirpconnect.record.json.CanonicalJson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Reduces values that would be too large for a record: their large parts are left out. */
final class Oversize {
  /** No size: the value is small enough. */
  static final long NONE = -1;

  /**
   * The bytes of a body that are kept. With escaped quotes, a sentence and properties, they fit the
   * smallest limit that can be configured.
   */
  private static final int KEPT = 4_000;

  /** How many fields a sentence names. */
  private static final int NAMED = 5;

  private static final int NAME_MAX = 60;

  /** A record is at most this many times as large as the text that it was made of. */
  private static final int GROWTH_MAX = 16;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final long max;
  private final ValueFormat format;

  /** For {@code value.format=struct}. */
  Oversize(long max) {
    this(max, ValueFormat.STRUCT);
  }

  /**
   * @param format in which values are written; it decides their size
   */
  Oversize(long max, ValueFormat format) {
    this.max = max;
    this.format = format;
  }

  /**
   * What is left of a body.
   *
   * @param problem ends with a full stop
   */
  record Rest(String body, String problem) {}

  private record Part(String name, long size) {}

  /** The value's size, if it is too large, else {@link #NONE}. */
  long of(Mapped mapped) {
    Object value = format.of(mapped).value();
    if (RecordSize.atMost(value) <= max) {
      return NONE;
    }
    long size = RecordSize.of(value);
    return size > max ? size : NONE;
  }

  /**
   * As {@link #of(Mapped)}, but does not count if the source text is short.
   *
   * @param text from which the value was read
   */
  long of(Mapped mapped, String text) {
    return (long) text.length() * GROWTH_MAX <= max ? NONE : of(mapped);
  }

  boolean isLarge(Map<String, String> properties) {
    return RecordSize.of(properties) > KEPT;
  }

  Rest without(String body, long size) {
    ObjectNode object;
    try {
      object = JSON.readTree(body) instanceof ObjectNode node ? node : null;
    } catch (JsonProcessingException e) {
      object = null;
    }
    if (object == null) {
      return new Rest("", problem(size, "all of its body"));
    }
    return without(object, size);
  }

  /** Without its largest fields, as many as it takes. */
  Rest without(ObjectNode object, long size) {
    List<Part> parts = new ArrayList<>();
    long left = 0;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      long bytes =
          RecordSize.ofText(field.getKey()) + RecordSize.ofText(field.getValue().toString());
      parts.add(new Part(field.getKey(), bytes));
      left += bytes;
    }
    parts.sort(Comparator.comparingLong(Part::size).reversed());
    List<String> names = new ArrayList<>();
    for (Part part : parts) {
      if (left <= KEPT) {
        break;
      }
      object.remove(part.name());
      left -= part.size();
      String name = part.name();
      names.add(
          (name.length() > NAME_MAX ? name.substring(0, NAME_MAX) + "…" : name)
              + " ("
              + part.size()
              + " bytes)");
    }
    String named = String.join(", ", names.subList(0, Math.min(names.size(), NAMED)));
    int more = names.size() - NAMED;
    return new Rest(
        CanonicalJson.ofAny(object),
        problem(size, more > 0 ? named + " and " + more + " more" : named));
  }

  private String problem(long size, String leftOut) {
    return "too large for a record: about "
        + size
        + " bytes, more than record.max.bytes ("
        + max
        + "). Left out: "
        + leftOut
        + ". To have it whole, raise record.max.bytes, and above it the producer's max.request.size and the topic's"
        + " max.message.bytes.";
  }
}
