package io.github.chirpconnect.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Json;
import java.util.List;
import java.util.function.Predicate;

/**
 * Messages as grpc-gateway writes them: also what has its default, {@code null} for messages that
 * are unset, 64-bit integers as strings. v3 writes {@code null} for no bytes, too.
 */
final class RestJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Generation generation;
  private final Predicate<FieldDescriptor> known;

  RestJson(Generation generation, Predicate<FieldDescriptor> known) {
    this.generation = generation;
    this.known = known;
  }

  String text(JsonNode json) {
    return generation == Generation.V3 ? GoJson.text(json) : json.toString();
  }

  JsonNode json(Message message) {
    if (message.getDescriptorForType().getFullName().startsWith("google.protobuf.")) {
      return wellKnown(message);
    }
    ObjectNode object = JSON.objectNode();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (!known.test(field)) {
        continue;
      }
      if (field.isRepeated()) {
        object.set(field.getJsonName(), list(field, (List<?>) message.getField(field)));
      } else if (!field.hasPresence() || message.hasField(field)) {
        object.set(field.getJsonName(), value(field, message.getField(field)));
      } else if (field.getContainingOneof() == null) {
        object.putNull(field.getJsonName());
      }
    }
    return object;
  }

  private static JsonNode wellKnown(Message message) {
    try {
      return Json.read(JsonFormat.printer().print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an answer could not be written", e);
    }
  }

  private JsonNode list(FieldDescriptor field, List<?> values) {
    if (field.isMapField()) {
      ObjectNode object = JSON.objectNode();
      for (Object value : values) {
        MapEntry<?, ?> entry = (MapEntry<?, ?>) value;
        FieldDescriptor type = field.getMessageType().findFieldByName("value");
        object.set(entry.getKey().toString(), value(type, entry.getValue()));
      }
      return object;
    }
    ArrayNode array = JSON.arrayNode();
    values.forEach(value -> array.add(value(field, value)));
    return array;
  }

  private JsonNode value(FieldDescriptor field, Object value) {
    return switch (field.getJavaType()) {
      case BOOLEAN -> JSON.booleanNode((Boolean) value);
      case BYTE_STRING -> bytes((ByteString) value);
      case DOUBLE -> GoJson.number((Double) value);
      case FLOAT -> GoJson.number(Double.parseDouble(value.toString()));
      case ENUM -> JSON.textNode(((EnumValueDescriptor) value).getName());
      case INT -> JSON.numberNode(integer(field, (Integer) value));
      case LONG -> JSON.textNode(value.toString());
      case MESSAGE -> json((Message) value);
      case STRING -> JSON.textNode((String) value);
    };
  }

  private static long integer(FieldDescriptor field, int value) {
    boolean signed =
        field.getType() != FieldDescriptor.Type.UINT32
            && field.getType() != FieldDescriptor.Type.FIXED32;
    return signed ? value : Integer.toUnsignedLong(value);
  }

  private JsonNode bytes(ByteString bytes) {
    String text = GoJson.bytes(bytes);
    if (text == null) {
      return generation == Generation.V3 ? JSON.nullNode() : JSON.textNode("");
    }
    return JSON.textNode(text);
  }
}
