package io.github.chirpconnect.record.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.record.json.MessageMapping.Reading;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** A field of a message: where its value is in the JSON, and how it gets into the struct. */
abstract class FieldMapping {
  private final Field field;
  private final String jsonName;
  private final String formerName;
  private boolean secret;

  private FieldMapping(Field field, String jsonName) {
    this(field, jsonName, null);
  }

  private FieldMapping(Field field, String jsonName, String formerName) {
    this.field = field;
    this.jsonName = jsonName;
    this.formerName = formerName;
  }

  Field field() {
    return field;
  }

  String jsonName() {
    return jsonName;
  }

  /** The field's name in this message: an older server may have another one for it. */
  String nameIn(JsonNode message) {
    return formerName != null && !message.has(jsonName) && message.has(formerName)
        ? formerName
        : jsonName;
  }

  /** Whether records have it only if secrets are included. */
  boolean isSecret() {
    return secret;
  }

  /** For use while a message is built. */
  void markSecret() {
    secret = true;
  }

  /** The other mapping, secret if this one is. */
  FieldMapping replacedBy(FieldMapping other) {
    other.secret = secret;
    return other;
  }

  /** The parts of the value that have a field in the schema, and may be shown. */
  JsonNode known(JsonNode value, boolean secrets) {
    return value;
  }

  /** The JSON has no such field. */
  void absent(FieldConsumer into) {}

  /** The value is JSON's null: unknown. */
  void untold(FieldConsumer into) {}

  /**
   * @param value not JSON's null
   * @throws MappingException when it does not fit
   */
  abstract void read(JsonNode value, FieldConsumer into, Reading reading);

  /** See {@link MessageMapping#collectUnknown}. */
  void collectUnknown(JsonNode value, String path, ObjectNode unknown) {}

  /** See {@link MessageMapping#removeSecrets}. */
  void removeSecrets(JsonNode value) {}

  private static JsonNode knownOf(MessageMapping message, JsonNode value, boolean secrets) {
    return value instanceof ObjectNode object ? message.known(object, secrets) : value;
  }

  /** A scalar, a map or text. */
  static final class Leaf extends FieldMapping {
    private final FieldType type;
    private final boolean defaults;

    Leaf(Field field, String jsonName, FieldType type, boolean defaults) {
      super(field, jsonName);
      this.type = type;
      this.defaults = (defaults && type.absent() != null) || type.isNeverNull();
    }

    @Override
    void absent(FieldConsumer into) {
      if (defaults) {
        into.put(field(), type.absent());
      }
    }

    @Override
    void untold(FieldConsumer into) {
      if (type.isNeverNull()) {
        into.put(field(), type.absent());
      }
    }

    @Override
    void read(JsonNode value, FieldConsumer into, Reading reading) {
      into.put(field(), type.read(value));
    }
  }

  /** A point in time, which is two fields. */
  static final class Time extends FieldMapping {
    private final Field text;

    /**
     * @param text the field for all digits
     * @param formerName null for none
     */
    Time(Field field, Field text, String jsonName, String formerName) {
      super(field, jsonName, formerName);
      this.text = text;
    }

    @Override
    void read(JsonNode value, FieldConsumer into, Reading reading) {
      Times.read(value, into, field(), text);
    }
  }

  /** A message in a message. */
  static final class Nested extends FieldMapping {
    private final MessageMapping message;

    Nested(Field field, String jsonName, MessageMapping message) {
      super(field, jsonName);
      this.message = message;
    }

    @Override
    void read(JsonNode value, FieldConsumer into, Reading reading) {
      // Put while empty: Connect validates all that is in a struct when it is put into another,
      // once more at each level.
      Struct struct = new Struct(message.schema());
      into.put(field(), struct);
      message.readInto(struct::put, value, reading);
      if (message.saysNothing(struct)) {
        into.put(field(), null);
      }
    }

    @Override
    JsonNode known(JsonNode value, boolean secrets) {
      return knownOf(message, value, secrets);
    }

    @Override
    void removeSecrets(JsonNode value) {
      if (value instanceof ObjectNode object) {
        message.removeSecrets(object);
      }
    }

    @Override
    void collectUnknown(JsonNode value, String path, ObjectNode unknown) {
      message.collectUnknown(value, path + ".", unknown);
    }
  }

  /** A list of messages. */
  static final class Repeated extends FieldMapping {
    private final MessageMapping message;

    Repeated(Field field, String jsonName, MessageMapping message) {
      super(field, jsonName);
      this.message = message;
    }

    @Override
    void absent(FieldConsumer into) {
      into.put(field(), List.of());
    }

    @Override
    void untold(FieldConsumer into) {
      absent(into);
    }

    @Override
    void read(JsonNode value, FieldConsumer into, Reading reading) {
      if (!value.isArray()) {
        throw FieldType.expected("a list", value);
      }
      // Put while empty, as a message is.
      List<Struct> items = new ArrayList<>(value.size());
      into.put(field(), items);
      for (int i = 0; i < value.size(); i++) {
        try {
          items.add(message.read(value.get(i), reading));
        } catch (MappingException e) {
          throw e.in("[" + i + "]");
        }
      }
    }

    @Override
    JsonNode known(JsonNode value, boolean secrets) {
      ArrayNode items = JsonNodeFactory.instance.arrayNode();
      value.forEach(item -> items.add(knownOf(message, item, secrets)));
      return items;
    }

    @Override
    void removeSecrets(JsonNode value) {
      for (JsonNode item : value) {
        if (item instanceof ObjectNode object) {
          message.removeSecrets(object);
        }
      }
    }

    @Override
    void collectUnknown(JsonNode value, String path, ObjectNode unknown) {
      for (int i = 0; i < value.size(); i++) {
        message.collectUnknown(value.get(i), path + "[" + i + "].", unknown);
      }
    }
  }
}
