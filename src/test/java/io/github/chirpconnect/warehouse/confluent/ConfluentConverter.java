package io.github.chirpconnect.warehouse.confluent;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;

/** One of Confluent's converters for values, with a registry of its own. */
final class ConfluentConverter {
  /** The formats. */
  enum Format {
    AVRO("avro.AvroConverter"),
    PROTOBUF("protobuf.ProtobufConverter"),
    JSON_SCHEMA("json.JsonSchemaConverter");

    private final String type;

    Format(String type) {
      this.type = "io.confluent.connect." + type;
    }
  }

  private final MockRegistry registry = new MockRegistry();
  private final Converter converter;

  /**
   * @param settings what stands behind {@code value.converter.} in a connector's configuration,
   *     such as {@code optional.for.nullables=true}; an empty one is none
   */
  ConfluentConverter(Format format, String... settings) {
    Map<String, String> all = new HashMap<>();
    for (String setting : settings) {
      if (!setting.isEmpty()) {
        all.put(setting.split("=")[0], setting.split("=")[1]);
      }
    }
    all.put("schema.registry.url", registry.url());
    // Classes that settings name are looked for there, as on a worker.
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(ConfluentPlugin.loader());
    try {
      converter =
          ConfluentPlugin.type(format.type)
              .asSubclass(Converter.class)
              .getDeclaredConstructor()
              .newInstance();
      converter.configure(all, false);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(format.type, e);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  MockRegistry registry() {
    return registry;
  }

  byte[] write(SourceRecord record) {
    return write(record.topic(), record.valueSchema(), record.value());
  }

  byte[] write(String topic, Schema schema, Object value) {
    return converter.fromConnectData(topic, schema, value);
  }

  SchemaAndValue read(String topic, byte[] bytes) {
    return converter.toConnectData(topic, bytes);
  }
}
