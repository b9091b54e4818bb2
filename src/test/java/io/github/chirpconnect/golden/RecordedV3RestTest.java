package io.github.chirpconnect.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.golden.V3Methods.V3Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * Judges the paths, bodies and JSON names in {@code proto/v3} by what a v3 server answered over
 * REST. A server takes no notice of names it does not know, so that a wrong one would not fail but
 * be forgotten.
 */
class RecordedV3RestTest {
  private static final Map<String, V3Method> METHODS = V3Methods.all();
  private static final List<JsonNode> EXCHANGES = Golden.lines("v3/rest.jsonl");

  // Recorded, and of no method that is defined here.
  private static final Set<String> UNUSED =
      Set.of(
          // Of methods without a use, see RecordedV3WireTest.
          "GET /api/devices/0102030405060705/activation",
          "GET /api/devices/01020304050607a1/activation",
          "POST /api/devices/0102030405060705/getRandomDevAddr",
          "GET /api/internal/devices/summary",
          "GET /api/internal/gateways/summary",
          "POST /api/internal/login",
          "GET /api/internal/profile",
          "GET /api/network-servers",
          "GET /api/service-profiles",
          "GET /api/users",
          // Asked to hear that v3 does not know them.
          "GET /api/nothing",
          "GET /api/tenants",
          "GET /nothing-here",
          "OPTIONS /api/devices",
          "PATCH /api/devices");

  /** One exchange of a method defined here. */
  private record Exchange(V3Method method, JsonNode line) {
    boolean succeeded() {
      return line.path("status").asInt() == 200;
    }

    /** The messages in the answer, one or those of a stream. */
    Stream<JsonNode> messages() {
      if (line.path("answer").isTextual()) {
        return Stream.of(Json.read(line.path("answer").asText()));
      }
      return StreamSupport.stream(line.path("lines").spliterator(), false)
          .map(chunk -> Json.read(chunk.path("text").asText()))
          .filter(chunk -> chunk.has("result"))
          .map(chunk -> chunk.path("result"));
    }

    /** Names in the query; {@code tags[site]} is an entry of {@code tags}. */
    Stream<String> parameters() {
      String path = line.path("path").asText();
      return path.contains("?")
          ? Stream.of(path.substring(path.indexOf('?') + 1).split("&"))
              .map(parameter -> parameter.replaceFirst("[\\[=].*", ""))
          : Stream.empty();
    }

    @Override
    public String toString() {
      return line.path("case").asText() + " " + method;
    }
  }

  @Test
  void everyPathIsThatOfOneMethod() {
    Set<String> unmatched = new TreeSet<>();
    for (JsonNode line : EXCHANGES) {
      List<V3Method> takers = takers(line);
      assertThat(takers).as(requestLine(line)).hasSizeLessThanOrEqualTo(1);
      if (takers.isEmpty()) {
        unmatched.add(requestLine(line));
      }
    }

    assertThat(unmatched).containsExactlyInAnyOrderElementsOf(UNUSED);
    assertThat(exchanges().filter(Exchange::succeeded).map(Exchange::method))
        .as("methods that were seen to succeed")
        .containsAll(METHODS.values());
  }

  @Test
  void answersHaveTheNamesOfTheDefinitions() throws InvalidProtocolBufferException {
    for (Exchange exchange : exchanges().filter(Exchange::succeeded).toList()) {
      for (JsonNode recorded : exchange.messages().toList()) {
        Message.Builder message = exchange.method().parseResponse(new byte[0]).toBuilder();
        // Refuses names that it does not know.
        JsonFormat.parser().merge(recorded.toString(), message);
        // The server writes default values, and null for unset messages and empty bytes.
        JsonNode rendered =
            Json.read(JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message));
        assertThat(Json.same(Json.withoutBlanks(rendered), Json.withoutBlanks(recorded)))
            .as("%s:%n  rendered %s%n  recorded %s", exchange, rendered, recorded)
            .isTrue();
      }
    }
  }

  @Test
  void parametersAreFieldsOfTheRequest() {
    Set<String> unknown =
        exchanges()
            .flatMap(
                exchange ->
                    exchange
                        .parameters()
                        .filter(name -> !isField(exchange.method().schema().getInputType(), name)))
            .collect(Collectors.toSet());

    // A made-up one, and one in plain lower camel case: the server took no notice of either.
    assertThat(unknown).containsExactlyInAnyOrder("nothing", "applicationId");
  }

  @Test
  void bodiesAreWholeRequests() throws InvalidProtocolBufferException {
    List<Exchange> posts =
        exchanges()
            .filter(exchange -> exchange.method().verb().equals("POST"))
            .filter(Exchange::succeeded)
            .toList();

    assertThat(posts.stream().map(post -> post.method().name()))
        .contains("/api.DeviceQueueService/Enqueue", "/api.MulticastGroupService/Enqueue");
    for (Exchange post : posts) {
      JsonFormat.Parser parser =
          post.line().path("case").asText().equals("rest-enqueue-unknown-field")
              ? JsonFormat.parser().ignoringUnknownFields()
              : JsonFormat.parser();
      Message.Builder request = post.method().parseRequest(new byte[0]).toBuilder();
      parser.merge(post.line().path("body").asText(), request);
      assertThat(request.getAllFields()).as(post.toString()).hasSize(1);
      assertThat(post.method().body()).as(post.toString()).isEqualTo("*");
    }
  }

  @Test
  void onlyPostsHaveABody() {
    for (V3Method method : METHODS.values()) {
      assertThat(method.body())
          .as(method.name())
          .isEqualTo(method.verb().equals("POST") ? "*" : "");
    }
  }

  @Test
  void pathsNameFieldsOfTheRequest() {
    for (V3Method method : METHODS.values()) {
      for (String variable : method.variables().toList()) {
        Descriptor message = method.schema().getInputType();
        String[] names = variable.split("\\.");
        for (int i = 0; i < names.length; i++) {
          FieldDescriptor field = message.findFieldByName(names[i]);
          assertThat(field).as("%s %s", method, variable).isNotNull();
          boolean last = i == names.length - 1;
          assertThat(field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
              .as("%s %s: %s is a message", method, variable, names[i])
              .isNotEqualTo(last);
          message = last ? message : field.getMessageType();
        }
      }
    }
  }

  private static Stream<Exchange> exchanges() {
    return EXCHANGES.stream()
        .flatMap(line -> takers(line).stream().map(method -> new Exchange(method, line)));
  }

  private static List<V3Method> takers(JsonNode line) {
    String[] request = requestLine(line).split(" ");
    return METHODS.values().stream()
        .filter(method -> method.takes(request[0], request[1]))
        .toList();
  }

  /** As {@code GET /api/devices}. A websocket is opened by a GET. */
  private static String requestLine(JsonNode line) {
    return line.path("http").asText().replace(" (websocket)", "")
        + " "
        + line.path("path").asText().replaceFirst("\\?.*", "");
  }

  private static boolean isField(Descriptor message, String name) {
    return message.getFields().stream()
        .anyMatch(field -> field.getName().equals(name) || field.getJsonName().equals(name));
  }
}
