package io.github.chirpconnect.channel.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.List;

/** JSON as ChirpStack's REST interfaces write and read it: protobuf's own mapping. */
final class Json {
  // The size of a message, which is checked while it is read, is the only limit of a text.
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build());

  // A newer server has fields and enum values that are not known here.
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

  private Json() {}

  /**
   * @throws InvalidProtocolBufferException when it is no JSON; as gRPC does with bytes that are no
   *     message
   */
  static JsonNode read(String text) throws InvalidProtocolBufferException {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      InvalidProtocolBufferException invalid =
          new InvalidProtocolBufferException("not JSON: " + e.getOriginalMessage());
      invalid.initCause(e);
      throw invalid;
    }
  }

  /**
   * JSON that is read as an empty message and is none: ChirpStack writes each field, also one with
   * its default. What a proxy answers in its place, {@code {}} or {@code {"status":"ok"}}, must not
   * become an empty list.
   *
   * @return null if it has a field of the message, or the message has none
   */
  static JsonNode foreign(Message message, String text) throws InvalidProtocolBufferException {
    List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
    if (fields.isEmpty() || !message.getAllFields().isEmpty()) {
      return null;
    }
    JsonNode json = read(text);
    boolean own =
        fields.stream()
            .anyMatch(field -> json.has(field.getJsonName()) || json.has(field.getName()));
    return own ? null : json;
  }

  /** Fills a message. */
  static Message parse(String text, Message.Builder message) throws InvalidProtocolBufferException {
    PARSER.merge(text, message);
    return message.build();
  }
}
