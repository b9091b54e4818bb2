package io.github.chirpconnect.record.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Date;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Points in time. Each is two fields: {@code <name>}, a Connect timestamp, cut to milliseconds, and
 * {@code <name>_text}, RFC 3339 in UTC with all digits that the server gave.
 */
public final class Times {
  public static final String TEXT_SUFFIX = "_text";
  static final Schema TIMESTAMP = Timestamp.builder().optional().build();

  /** Go's zero time, which gateways send that do not know the time. */
  private static final Instant NO_TIME = Instant.parse("0001-01-01T00:00:00Z");

  private Times() {}

  public static SchemaBuilder define(SchemaBuilder schema, String name) {
    return schema.field(name, TIMESTAMP).field(name + TEXT_SUFFIX, Schema.OPTIONAL_STRING_SCHEMA);
  }

  /**
   * @param time null puts nothing, as does the first instant of the year 1, which stands for null
   * @throws MappingException when it is too far away for a count of milliseconds
   */
  public static void put(Struct into, Field field, Instant time) {
    if (time != null) {
      put(into::put, field, into.schema().fields().get(field.index() + 1), time, null);
    }
  }

  /**
   * @param digits the time's text if it is known; null to have it written
   */
  private static void put(
      FieldConsumer into, Field field, Field text, Instant time, String digits) {
    if (!time.equals(NO_TIME)) {
      try {
        into.put(field, new Date(time.toEpochMilli()));
      } catch (ArithmeticException e) {
        throw new MappingException("time " + time + " is out of range");
      }
      into.put(text, digits == null ? time.toString() : digits);
    }
  }

  /**
   * @throws MappingException when it is no RFC 3339 time
   */
  static void read(JsonNode node, FieldConsumer into, Field field, Field text) {
    String said = FieldType.text(node);
    try {
      Instant usual = UtcText.parse(said);
      if (usual != null) {
        put(into, field, text, usual, UtcText.canonical(said));
      } else {
        put(into, field, text, Instant.parse(said), null);
      }
    } catch (DateTimeException e) {
      throw FieldType.expected("an RFC 3339 time", node);
    }
  }
}
