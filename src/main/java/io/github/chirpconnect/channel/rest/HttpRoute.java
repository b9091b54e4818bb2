package io.github.chirpconnect.channel.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a method is called over REST, from the {@code google.api.http} option of its definition:
 * fields named in the path go there, those of the body into the body, the rest into the query.
 */
final class HttpRoute {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace();
  private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z0-9_.]+)}");
  private static final Pattern SUPPORTED =
      Pattern.compile("(/([A-Za-z0-9_.~-]+|" + VARIABLE.pattern() + "))+");

  private final String verb;
  private final String template;
  private final List<Variable> variables;
  private final Optional<Body> body;

  /** A field that the path names, by the way to it: {@code {queue_item.dev_eui}} has two steps. */
  private record Variable(String name, List<FieldDescriptor> steps) {}

  /**
   * @param field empty where the whole request, without what the path holds, is the body
   */
  private record Body(Optional<FieldDescriptor> field) {}

  /**
   * What to send.
   *
   * @param target path and query, percent-encoded
   * @param body JSON; empty where the method has none
   */
  record Request(String verb, String target, Optional<String> body) {}

  private HttpRoute(String verb, String template, List<Variable> variables, Optional<Body> body) {
    this.verb = verb;
    this.template = template;
    this.variables = variables;
    this.body = body;
  }

  /**
   * @throws StatusException UNIMPLEMENTED for a method that has no REST form
   */
  static HttpRoute of(MethodDescriptor<?, ?> method) throws StatusException {
    if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier)) {
      throw noRestForm(method);
    }
    var schema = supplier.getMethodDescriptor();
    HttpRule rule = schema.getOptions().getExtension(AnnotationsProto.http);
    boolean clientStreams = schema.isClientStreaming();
    String template =
        switch (rule.getPatternCase()) {
          case GET -> rule.getGet();
          case PUT -> rule.getPut();
          case POST -> rule.getPost();
          case DELETE -> rule.getDelete();
          case PATCH -> rule.getPatch();
          case CUSTOM, PATTERN_NOT_SET -> "";
        };
    if (clientStreams || !SUPPORTED.matcher(template).matches()) {
      throw noRestForm(method);
    }
    Descriptor request = schema.getInputType();
    List<Variable> variables = new ArrayList<>();
    Matcher names = VARIABLE.matcher(template);
    while (names.find()) {
      variables.add(new Variable(names.group(1), steps(request, names.group(1))));
    }
    Optional<Body> body =
        switch (rule.getBody()) {
          case "" -> Optional.empty();
          case "*" -> Optional.of(new Body(Optional.empty()));
          default -> Optional.of(new Body(Optional.of(field(request, rule.getBody()))));
        };
    return new HttpRoute(rule.getPatternCase().name(), template, List.copyOf(variables), body);
  }

  private static StatusException noRestForm(MethodDescriptor<?, ?> method) {
    return Status.UNIMPLEMENTED
        .withDescription(
            method.getFullMethodName()
                + " has no REST form; it needs ChirpStack's gRPC interface (grpc:// or grpcs:// in the URL)")
        .asException();
  }

  private static List<FieldDescriptor> steps(Descriptor request, String path) {
    List<FieldDescriptor> steps = new ArrayList<>();
    Descriptor message = request;
    for (String name : path.split("\\.", -1)) {
      FieldDescriptor step = field(message, name);
      steps.add(step);
      message =
          step.getJavaType() == FieldDescriptor.JavaType.MESSAGE ? step.getMessageType() : null;
    }
    return List.copyOf(steps);
  }

  private static FieldDescriptor field(Descriptor message, String name) {
    FieldDescriptor field = message == null ? null : message.findFieldByName(name);
    if (field == null) {
      throw new IllegalStateException("the definition names a field that is not there: " + name);
    }
    return field;
  }

  /**
   * @throws StatusException INVALID_ARGUMENT when a field that the path needs is empty,
   *     UNIMPLEMENTED when a field can't be written into a query
   */
  Request request(Message message) throws StatusException {
    String path = path(message);
    Message.Builder rest = message.toBuilder();
    variables.forEach(variable -> clear(rest, variable.steps()));
    try {
      Optional<String> json = Optional.empty();
      if (body.isPresent()) {
        json = Optional.of(takeBody(rest, body.get()));
      }
      String query = QueryString.of(rest.build());
      return new Request(verb, query.isEmpty() ? path : path + "?" + query, json);
    } catch (InvalidProtocolBufferException e) {
      throw Status.INVALID_ARGUMENT
          .withDescription("the request can't be written as JSON: " + e.getMessage())
          .withCause(e)
          .asException();
    }
  }

  private String path(Message message) throws StatusException {
    StringBuilder path = new StringBuilder();
    Matcher names = VARIABLE.matcher(template);
    for (Variable variable : variables) {
      if (!names.find()) {
        throw new IllegalStateException(template);
      }
      names.appendReplacement(path, Matcher.quoteReplacement(segment(message, variable)));
    }
    names.appendTail(path);
    return path.toString();
  }

  private static String segment(Message message, Variable variable) throws StatusException {
    Message holder = message;
    for (FieldDescriptor step : variable.steps().subList(0, variable.steps().size() - 1)) {
      holder = (Message) holder.getField(step);
    }
    FieldDescriptor last = variable.steps().get(variable.steps().size() - 1);
    String value = String.valueOf(holder.getField(last));
    // A dot would be taken for a step in the tree of paths.
    if (value.isEmpty() || value.equals(".") || value.equals("..")) {
      throw Status.INVALID_ARGUMENT
          .withDescription(variable.name() + " is '" + value + "', and is needed for the path")
          .asException();
    }
    return encode(value);
  }

  /** Takes a field out; a message in which it was stays, even when it is empty by now. */
  private static void clear(Message.Builder message, List<FieldDescriptor> steps) {
    FieldDescriptor first = steps.get(0);
    if (steps.size() == 1) {
      message.clearField(first);
    } else if (message.hasField(first)) {
      Message.Builder nested = ((Message) message.getField(first)).toBuilder();
      clear(nested, steps.subList(1, steps.size()));
      message.setField(first, nested.build());
    }
  }

  private static String takeBody(Message.Builder message, Body body)
      throws InvalidProtocolBufferException {
    if (body.field().isEmpty()) {
      String json = PRINTER.print(message);
      message.clear();
      return json;
    }
    FieldDescriptor field = body.field().get();
    String whole = PRINTER.print(message);
    boolean given =
        field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
    message.clearField(field);
    JsonNode value = given ? Json.read(whole).path(field.getJsonName()) : null;
    return value == null ? "{}" : value.toString();
  }

  /** Percent-encoded for a path segment as well as for a query. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return verb + " " + template;
  }
}
