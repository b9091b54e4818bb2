package io.github.chirpconnect.sink.outcome;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * JSON with all fields, null ones included: what Connect's JsonConverter makes of the same struct
 * with {@code schemas.enable=false}.
 */
public final class JsonOutcomes implements OutcomeFormat {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public byte[] write(String topic, OutcomeRecord outcome) {
    Struct struct = outcome.struct();
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Field field : struct.schema().fields()) {
      Object value = struct.get(field);
      fields.put(field.name(), value instanceof Date time ? (Object) time.getTime() : value);
    }
    try {
      return JSON.writeValueAsBytes(fields);
    } catch (JsonProcessingException e) {
      throw new DataException("an outcome can't be written as JSON", e);
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
