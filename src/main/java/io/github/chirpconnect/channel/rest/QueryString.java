package io.github.chirpconnect.channel.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A message as the parameters of a query, the way grpc-gateway reads them: fields by their JSON
 * names, those of nested messages behind dots, one parameter for each element of a list, {@code
 * tags[key]=value} for maps, times as RFC 3339. Fields with default values are left out.
 *
 * <p>Uses JSON names, since ChirpStack v3 knows {@code applicationID} and {@code application_id},
 * and silently ignores {@code applicationId}.
 */
final class QueryString {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private final List<String> parameters = new ArrayList<>();

  private QueryString() {}

  /**
   * @return without a question mark; empty for an empty message
   * @throws StatusException UNIMPLEMENTED when a field has no place in a query
   */
  static String of(Message message) throws InvalidProtocolBufferException, StatusException {
    QueryString query = new QueryString();
    query.add("", message, Json.read(PRINTER.print(message)));
    return String.join("&", query.parameters);
  }

  private void add(String prefix, Message message, JsonNode json) throws StatusException {
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      String name = prefix + field.getJsonName();
      JsonNode value = json.path(field.getJsonName());
      if (field.isMapField()) {
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
          addValue(name + "[" + entry.getKey() + "]", entry.getValue());
        }
      } else if (field.isRepeated()) {
        for (JsonNode element : value) {
          addValue(name, element);
        }
      } else if (value.isObject() && !isWellKnown(field)) {
        add(name + ".", (Message) message.getField(field), value);
      } else {
        addValue(name, value);
      }
    }
  }

  private void addValue(String name, JsonNode value) throws StatusException {
    if (!value.isValueNode()) {
      throw Status.UNIMPLEMENTED
          .withDescription("REST has no way to send " + name + " in a query")
          .asException();
    }
    parameters.add(HttpRoute.encode(name) + "=" + HttpRoute.encode(value.asText()));
  }

  /** Whether its JSON is not that of its fields. */
  private static boolean isWellKnown(FieldDescriptor field) {
    return field.getMessageType().getFullName().startsWith("google.protobuf.");
  }
}
