package io.github.chirpconnect.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.golden.V3Methods.V3Method;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a request over REST as the server does. */
final class RecordedRequest {
  private static final Pattern PARAMETER = Pattern.compile("([^\\[=]+)(?:\\[(.*)])?=(.*)");

  private RecordedRequest() {}

  /** Body, then query, then path, each overriding what came before. */
  static Message read(V3Method method, String path, String query, String body)
      throws InvalidProtocolBufferException {
    Message.Builder message = method.parseRequest(new byte[0]).toBuilder();
    if (!body.isBlank()) {
      JsonFormat.parser().ignoringUnknownFields().merge(body, message);
    }
    Arrays.stream(query.split("&"))
        .map(parameter -> URLDecoder.decode(parameter, StandardCharsets.UTF_8))
        .map(PARAMETER::matcher)
        .filter(Matcher::matches)
        .forEach(parameter -> put(message, parameter));
    Pattern segments = Pattern.compile(method.template().replaceAll("\\{[a-z_.]+}", "([^/]+)"));
    Matcher values = segments.matcher(path);
    assertThat(values.matches()).isTrue();
    List<String> names = method.variables().toList();
    for (int i = 0; i < names.size(); i++) {
      put(message, List.of(names.get(i).split("\\.")), values.group(i + 1));
    }
    return message.build();
  }

  private static void put(Message.Builder message, Matcher parameter) {
    FieldDescriptor field = field(message.getDescriptorForType(), parameter.group(1));
    if (field == null) {
      return;
    }
    String key = parameter.group(2);
    if (key == null) {
      put(message, List.of(field.getName()), parameter.group(3));
      return;
    }
    MapEntry.Builder<?, ?> entry = (MapEntry.Builder<?, ?>) message.newBuilderForField(field);
    entry.setField(entry.getDescriptorForType().findFieldByName("key"), key);
    entry.setField(entry.getDescriptorForType().findFieldByName("value"), parameter.group(3));
    message.addRepeatedField(field, entry.build());
  }

  private static void put(Message.Builder message, List<String> way, String value) {
    FieldDescriptor field = field(message.getDescriptorForType(), way.get(0));
    if (way.size() > 1) {
      put(message.getFieldBuilder(field), way.subList(1, way.size()), value);
      return;
    }
    String json =
        field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN ? value : "\"" + value + "\"";
    try {
      JsonFormat.parser()
          .merge("{\"" + field.getName() + "\":" + json + "}", message.clearField(field));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(field + " of " + value, e);
    }
  }

  private static FieldDescriptor field(Descriptor message, String name) {
    return message.getFields().stream()
        .filter(field -> field.getName().equals(name) || field.getJsonName().equals(name))
        .findFirst()
        .orElse(null);
  }
}
