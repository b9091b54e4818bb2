package io.github.chirpconnect.simulator.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.V3Methods.V3Method;
import io.github.chirpconnect.simulator.server.Refusals;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a method's request of what an HTTP request says, as grpc-gateway does: of the body, then of
 * the query, whose unknown names count for nothing, and at last of the path, which wins. Names may
 * be the JSON names or those of the definitions.
 *
 * <p>All refusals are INVALID_ARGUMENT, in the words of Go's libraries.
 */
final class RestRequest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_.]+)}");
  private static final Pattern MAP_ENTRY = Pattern.compile("(.+)\\[(.+)]");

  private final Generation generation;
  private final Predicate<FieldDescriptor> known;
  private final Message.Builder message;

  private RestRequest(
      Generation generation, Predicate<FieldDescriptor> known, Message.Builder message) {
    this.generation = generation;
    this.known = known;
    this.message = message;
  }

  /**
   * @param known the fields that there are: others are ignored
   * @param path without its query
   * @param query empty for none
   */
  static Message read(
      Generation generation,
      Predicate<FieldDescriptor> known,
      V3Method method,
      String path,
      String query,
      String body) {
    RestRequest request =
        new RestRequest(generation, known, method.parseRequest(new byte[0]).toBuilder());
    if (method.body().equals("*") && !body.isBlank()) {
      request.mergeBody(body);
    }
    for (String parameter : query.isEmpty() ? new String[0] : query.split("&")) {
      int equals = parameter.indexOf('=');
      if (equals > 0) {
        request.mergeParameter(
            decoded(parameter.substring(0, equals)), decoded(parameter.substring(equals + 1)));
      }
    }
    Matcher values = pattern(method).matcher(path);
    if (!values.matches()) {
      throw new IllegalArgumentException(path + " is no path of " + method);
    }
    List<String> names = method.variables().toList();
    for (int i = 0; i < names.size(); i++) {
      request.set(Arrays.asList(names.get(i).split("\\.")), decoded(values.group(i + 1)));
    }
    return request.message.build();
  }

  private static Pattern pattern(V3Method method) {
    return Pattern.compile(VARIABLE.matcher(method.template()).replaceAll("([^/]+)"));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private void mergeBody(String body) {
    JsonNode json;
    try {
      json = MAPPER.readTree(body);
    } catch (JsonEOFException e) {
      throw Refusals.invalid("unexpected EOF");
    } catch (JsonProcessingException e) {
      throw Refusals.invalid("invalid character in JSON input");
    }
    if (generation == Generation.V3) {
      GoTypes.check(json, message.getDescriptorForType());
    }
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(body, message);
    } catch (InvalidProtocolBufferException e) {
      throw Refusals.invalid("proto: " + e.getMessage());
    }
  }

  private void mergeParameter(String name, String value) {
    Matcher entry = MAP_ENTRY.matcher(name);
    if (entry.matches()) {
      field(message, entry.group(1))
          .filter(FieldDescriptor::isMapField)
          .ifPresent(field -> putEntry(field, entry.group(2), value));
    } else {
      set(Arrays.asList(name.split("\\.")), value);
    }
  }

  private void putEntry(FieldDescriptor field, String key, String value) {
    Message.Builder entry = message.newBuilderForField(field);
    entry.setField(entry.getDescriptorForType().findFieldByName("key"), key);
    entry.setField(entry.getDescriptorForType().findFieldByName("value"), value);
    message.addRepeatedField(field, entry.build());
  }

  private void set(List<String> path, String value) {
    Message.Builder target = message;
    for (String name : path.subList(0, path.size() - 1)) {
      Optional<FieldDescriptor> field = field(target, name);
      if (field.isEmpty()) {
        return;
      }
      target = target.getFieldBuilder(field.get());
    }
    Message.Builder last = target;
    field(last, path.get(path.size() - 1))
        .ifPresent(
            field ->
                last.setField(
                    field,
                    field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                        ? wellKnown(last.newBuilderForField(field), value)
                        : value(field, value)));
  }

  private Optional<FieldDescriptor> field(Message.Builder target, String name) {
    return target.getDescriptorForType().getFields().stream()
        .filter(known)
        .filter(field -> field.getName().equals(name) || field.getJsonName().equals(name))
        .findFirst();
  }

  /** A time or a duration, whose JSON is one text. */
  private static Message wellKnown(Message.Builder message, String text) {
    try {
      JsonFormat.parser().merge(MAPPER.createArrayNode().add(text).get(0).toString(), message);
      return message.build();
    } catch (InvalidProtocolBufferException e) {
      throw Refusals.invalid("parsing time \"" + text + "\": " + e.getMessage());
    }
  }

  private static Object value(FieldDescriptor field, String text) {
    try {
      return switch (field.getJavaType()) {
        case STRING -> text;
        case BOOLEAN -> Boolean.parseBoolean(text);
        case INT -> Integer.parseInt(text);
        case LONG -> Long.parseLong(text);
        case DOUBLE -> Double.parseDouble(text);
        case FLOAT -> Float.parseFloat(text);
        case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(text));
        case ENUM -> field.getEnumType().findValueByName(text);
        case MESSAGE -> throw new IllegalArgumentException(field + " in a query");
      };
    } catch (NumberFormatException e) {
      throw Refusals.invalid("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
    }
  }
}
