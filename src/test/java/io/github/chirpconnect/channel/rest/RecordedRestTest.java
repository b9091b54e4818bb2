package io.github.chirpconnect.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.config.Endpoint;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.golden.V3Methods;
import io.github.chirpconnect.golden.V3Methods.V3Method;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays what real servers answered over REST: the stub's call has to put the recorded request on
 * the wire, and to turn the recorded answer into the message or status that it is.
 *
 * <p>Path and verb have to be those recorded. Query and body have to mean the same: the recorder
 * wrote them by hand, in another order, with spaces in JSON, names of the definitions, unknown
 * fields and an EUI that the path overrides. The token was also tried in {@code Authorization}, and
 * in both headers; the channel has one header for it.
 */
@Timeout(60)
class RecordedRestTest {
  private static final ExecutorService CALLBACKS = Executors.newCachedThreadPool();

  /** What no typed request can hold; the answers are those of a server to a broken client. */
  private static final Set<String> NOT_FOR_A_STUB =
      Set.of(
          "rest-devices-bad-limit",
          "rest-enqueue-json-object-not-string",
          "rest-enqueue-bad-base64",
          "rest-enqueue-bad-json",
          "rest-enqueue-array-body",
          "rest-enqueue-f-port-negative",
          "enqueue-bad-base64",
          "enqueue-bad-json");

  private static final Map<String, V3Method> V3 = V3Methods.all();
  private static final Map<String, V3Method> V4 =
      V3Methods.of(
          ApplicationServiceGrpc.getServiceDescriptor(),
          DeviceProfileServiceGrpc.getServiceDescriptor(),
          DeviceServiceGrpc.getServiceDescriptor(),
          GatewayServiceGrpc.getServiceDescriptor(),
          MulticastGroupServiceGrpc.getServiceDescriptor(),
          TenantServiceGrpc.getServiceDescriptor());

  private static HttpServer server;
  private static HttpJsonChannel channel;
  private static volatile Exchange current;

  /** One recorded exchange of a method that there is a stub for. */
  record Exchange(V3Method method, JsonNode line) {
    String text(String field) {
      return line.path(field).asText("");
    }

    String name() {
      return text("case");
    }

    String path() {
      return text("path").replaceFirst("\\?.*", "");
    }

    String query() {
      return text("path").contains("?") ? text("path").replaceFirst("[^?]*\\?", "") : "";
    }

    String body() {
      return line.path("body").isTextual() ? text("body") : "";
    }

    boolean streaming() {
      return method.grpc().getType() == MethodDescriptor.MethodType.SERVER_STREAMING;
    }

    List<String> lines() {
      return StreamSupport.stream(line.path("lines").spliterator(), false)
          .map(chunk -> chunk.path("text").asText())
          .toList();
    }

    Optional<String> token() {
      JsonNode headers = line.path("headers");
      return Stream.of("Grpc-Metadata-Authorization", "Authorization")
          .filter(headers::has)
          .map(name -> headers.path(name).asText())
          .findFirst();
    }

    @Override
    public String toString() {
      return name() + " " + method + " as " + text("credential");
    }
  }

  static Stream<Exchange> exchanges() {
    return Stream.concat(read("v3/rest.jsonl", V3), read("v4/rest.jsonl", V4));
  }

  private static Stream<Exchange> read(String file, Map<String, V3Method> methods) {
    return Golden.lines(file).stream()
        .filter(line -> !line.path("http").asText().contains("websocket"))
        // A list that the connector does not read, at a path that one profile might have.
        .filter(line -> !line.path("path").asText().endsWith("/adr-algorithms"))
        .flatMap(
            line ->
                methods.values().stream()
                    .filter(
                        method ->
                            method.takes(
                                line.path("http").asText(),
                                line.path("path").asText().replaceFirst("\\?.*", "")))
                    .map(method -> new Exchange(method, line)))
        // v4's definitions of streams have the paths of v3, where the proxy before v4 has nothing.
        .filter(
            exchange ->
                exchange.streaming() == exchange.line().has("lines")
                    || exchange.text("ended").startsWith("broken"));
  }

  @BeforeAll
  static void open() throws IOException {
    server = new HttpServer((request, reply) -> answer(current, reply));
    channel = channel(server.port());
  }

  @AfterAll
  static void close() throws IOException {
    channel.shutdownNow();
    server.close();
    CALLBACKS.shutdown();
  }

  @Test
  void thereIsSomethingToReplay() {
    assertThat(exchanges()).hasSizeGreaterThan(130);
    assertThat(exchanges().map(Exchange::name)).containsAll(NOT_FOR_A_STUB);
    assertThat(exchanges().filter(Exchange::streaming)).hasSizeGreaterThan(15);
  }

  @ParameterizedTest
  @MethodSource("exchanges")
  void saysAndHearsWhatWasRecorded(Exchange exchange) throws Exception {
    if (exchange.text("ended").startsWith("broken: ConnectionRefused")) {
      refused(exchange);
      return;
    }
    current = exchange;
    Caller<?, ?> call = call(channel, exchange);
    requested(exchange, server.request());
    if (exchange.text("ended").equals("client")) {
      await().until(() -> call.messages.size() == exchange.lines().size());
      call.cancel();
      assertThat(call.status().getCode()).isEqualTo(Status.Code.CANCELLED);
    }
    ended(exchange, call);
    messages(exchange, call.messages);
  }

  private static void refused(Exchange exchange) throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    HttpJsonChannel nowhere = channel(port);
    Caller<?, ?> call = call(nowhere, exchange);
    assertThat(call.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(call.sent).isFalse();
    nowhere.shutdownNow();
  }

  private static HttpJsonChannel channel(int port) {
    return new HttpJsonChannel(
        new HttpJsonSettings(
            Endpoint.parse("http://127.0.0.1:" + port),
            Optional.empty(),
            "test/1",
            CALLBACKS,
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            32 << 20));
  }

  @SuppressWarnings("unchecked")
  private static Caller<?, ?> call(HttpJsonChannel channel, Exchange exchange)
      throws InvalidProtocolBufferException {
    Metadata metadata = new Metadata();
    exchange
        .token()
        .ifPresent(
            token ->
                metadata.put(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), token));
    return Caller.call(
        channel,
        (MethodDescriptor<Message, Message>) exchange.method().grpc(),
        RecordedRequest.read(
            exchange.method(),
            exchange.path(),
            NOT_FOR_A_STUB.contains(exchange.name()) ? "" : exchange.query(),
            NOT_FOR_A_STUB.contains(exchange.name()) ? "" : exchange.body()),
        CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
        metadata,
        1000);
  }

  private static void answer(Exchange exchange, HttpServer.Reply reply) throws IOException {
    int status = exchange.line().path("status").asInt();
    if (status == 0) {
      reply.awaitHangUp();
      return;
    }
    if (!exchange.line().has("lines")) {
      Map<String, String> headers = new TreeMap<>();
      exchange
          .line()
          .path("answer_headers")
          .properties()
          .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
      headers.keySet().removeAll(Set.of("Content-Length", "Transfer-Encoding"));
      reply.whole(status, headers, exchange.text("answer"));
      return;
    }
    reply.startChunks(status);
    for (String line : exchange.lines()) {
      reply.chunk(line);
    }
    if (exchange.text("ended").equals("client")) {
      reply.awaitHangUp();
    } else if (exchange.line().path("clean_end").asBoolean()) {
      reply.endChunks();
    } else {
      reply.hangUp();
    }
  }

  private static void requested(Exchange exchange, HttpServer.Request request) throws Exception {
    String[] target = request.target().split("\\?", 2);
    assertThat(request.verb()).isEqualTo(exchange.text("http"));
    assertThat(target[0]).isEqualTo(exchange.path());
    assertThat(request.header("Authorization")).isEmpty();
    assertThat(request.header("Grpc-Metadata-Authorization"))
        .isEqualTo(exchange.token().map(String::strip).stream().toList());
    if (!NOT_FOR_A_STUB.contains(exchange.name())) {
      assertThat(
              RecordedRequest.read(
                  exchange.method(),
                  exchange.path(),
                  target.length == 2 ? target[1] : "",
                  request.body()))
          .isEqualTo(
              RecordedRequest.read(
                  exchange.method(), exchange.path(), exchange.query(), exchange.body()));
    }
    assertThat(request.body().isEmpty()).isEqualTo(exchange.method().body().isEmpty());
  }

  private static void ended(Exchange exchange, Caller<?, ?> call) throws Exception {
    int http = exchange.line().path("status").asInt();
    if (exchange.text("ended").equals("client")) {
      return;
    }
    if (exchange.text("ended").equals("server") && !exchange.line().path("clean_end").asBoolean()) {
      assertThat(call.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      return;
    }
    if (exchange.name().equals("rest-fault-as-starting")) {
      assertThat(call.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(call.description()).contains("501", "starting");
      return;
    }
    Optional<JsonNode> error = error(exchange);
    assertThat(http == 200 && error.isEmpty()).isEqualTo(call.status().isOk());
    if (error.isPresent()) {
      int code = error.get().path(exchange.streaming() ? "grpcCode" : "code").asInt();
      assertThat(call.status().getCode().value()).isEqualTo(code);
      assertThat(call.description()).isEqualTo(error.get().path("message").asText());
    }
  }

  private static Optional<JsonNode> error(Exchange exchange) {
    if (!exchange.line().has("lines")) {
      return exchange.line().path("status").asInt() == 200
          ? Optional.empty()
          : Optional.of(Json.read(exchange.text("answer")));
    }
    return exchange.lines().stream()
        .map(Json::read)
        .filter(line -> line.has("error"))
        .map(line -> line.path("error"))
        .findFirst();
  }

  private static void messages(Exchange exchange, List<?> received) throws Exception {
    List<JsonNode> recorded = new ArrayList<>();
    if (exchange.line().has("lines")) {
      exchange.lines().stream()
          .map(Json::read)
          .filter(line -> line.has("result"))
          .forEach(line -> recorded.add(line.path("result")));
    } else if (exchange.line().path("status").asInt() == 200) {
      recorded.add(Json.read(exchange.text("answer")));
    }
    assertThat(received).hasSameSizeAs(recorded);
    for (int i = 0; i < recorded.size(); i++) {
      String rendered =
          JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print((Message) received.get(i));
      // A server newer than the definitions, or with more than the connectors use, says more.
      JsonNode known = onlyNamesOf(Json.read(rendered), recorded.get(i));
      assertThat(Json.same(Json.withoutBlanks(Json.read(rendered)), Json.withoutBlanks(known)))
          .as("received %s%n recorded %s", rendered, recorded.get(i))
          .isTrue();
    }
  }

  private static JsonNode onlyNamesOf(JsonNode pattern, JsonNode node) {
    if (!node.isObject() || !pattern.isObject()) {
      if (node.isArray() && pattern.isArray() && node.size() == pattern.size()) {
        var copy = ((ArrayNode) node).arrayNode();
        for (int i = 0; i < node.size(); i++) {
          copy.add(onlyNamesOf(pattern.get(i), node.get(i)));
        }
        return copy;
      }
      return node;
    }
    var copy = ((ObjectNode) node).objectNode();
    node.properties().stream()
        .filter(field -> pattern.has(field.getKey()))
        .forEach(
            field ->
                copy.set(
                    field.getKey(), onlyNamesOf(pattern.get(field.getKey()), field.getValue())));
    return copy;
  }
}
