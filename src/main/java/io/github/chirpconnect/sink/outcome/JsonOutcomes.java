package io.github.chirpconnect.sink.outcome;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.record.schema.Downlinks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Date;
import java.util.List;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;

/**
 * JSON with all fields, null ones included: what Connect's JsonConverter makes of the same struct
 * with {@code schemas.enable=false}. Written without one: there are two for each command.
 */
public final class JsonOutcomes implements OutcomeFormat {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Encoded once. */
  private static final List<SerializableString> NAMES =
      Downlinks.SCHEMA.fields().stream()
          .map(field -> (SerializableString) new SerializedString(field.name()))
          .toList();

  /** About how long most are. */
  private static final int SIZE = 1_000;

  @Override
  public byte[] write(String topic, OutcomeRecord outcome) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(SIZE);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      for (SerializableString name : NAMES) {
        json.writeFieldName(name);
        write(json, outcome.value(name.getValue()));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new DataException("an outcome can't be written as JSON", e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else {
      json.writeNumber(value instanceof Date time ? time.getTime() : ((Number) value).longValue());
    }
  }

  @Override
  public OutcomeRecord read(String topic, byte[] value) {
    if (value == null) {
      return null;
    }
    try {
      return OutcomeRecord.read(new SchemaAndValue(null, JSON.readValue(value, Object.class)));
    } catch (IOException e) {
      throw new DataException("a record of the topic " + topic + " is not JSON", e);
    }
  }
}
