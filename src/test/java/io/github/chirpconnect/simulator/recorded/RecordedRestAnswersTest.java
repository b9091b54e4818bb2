package io.github.chirpconnect.simulator.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.proto.v3.GetDeviceStatsRequest;
import io.github.chirpconnect.proto.v3.GetDeviceStatsResponse;
import io.github.chirpconnect.proto.v3.GetGatewayStatsRequest;
import io.github.chirpconnect.proto.v3.GetGatewayStatsResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceLinkMetricsRequest;
import io.github.chirpconnect.proto.v4.GetDeviceLinkMetricsResponse;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.MulticastGroup;
import io.github.chirpconnect.proto.v4.common.Aggregation;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.github.chirpconnect.simulator.v3.FrameWriterV3;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Asks the simulators over REST what real servers were asked, and holds status, answer and lines
 * against the recorded ones. Where an answer may differ, {@link DifferencesRest} says why.
 */
class RecordedRestAnswersTest {
  private static final Instant WALK = Instant.parse("2026-11-24T12:33:30Z");
  private static final Pattern METRICS =
      Pattern.compile(
          "/api/(devices|gateways)/(?<eui>[0-9a-f]{16})/(stats|link-metrics)[?]"
              + ".*(interval|aggregation)=(?<interval>[A-Z]+).*");
  private static final Duration SILENCE = Duration.ofMillis(150);
  private static final String V4_GROUP = "1ae0be25-8755-4b37-b5b9-c2f042bc37f4";

  private final ManualTime time = new ManualTime(WALK);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Simulator simulator;
  private CredentialsV3 credentials;
  private SetUpV3 setUp;

  @AfterEach
  void close() {
    simulator.close();
  }

  @TestFactory
  Stream<DynamicTest> v3() {
    start(Generation.V3, "v3/walk.jsonl");
    setUp.earlier(19);
    return replay("v3/rest.jsonl", DifferencesRest.v3());
  }

  @TestFactory
  Stream<DynamicTest> v4() {
    start(Generation.V4, "v4/walk.jsonl");
    NetworkGroup group = simulator.network().rows().groups.get(V4_GROUP);
    group.config = MulticastGroup.newBuilder(group.config).setFCnt(4).build();
    return replay("v4/rest.jsonl", DifferencesRest.v4());
  }

  private void start(Generation generation, String walk) {
    simulator =
        Simulator.builder()
            .generation(generation)
            .transport(Simulator.Transport.REST)
            .time(time)
            .empty()
            .start()
            .loadRecording(walk);
    credentials = new CredentialsV3(simulator, time);
    setUp = new SetUpV3(simulator);
  }

  private Stream<DynamicTest> replay(String file, Differences differences) {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode line : Golden.lines(file)) {
      String name = line.path("case").asText() + " as " + line.path("credential").asText();
      tests.add(DynamicTest.dynamicTest(name, () -> replay(line, differences)));
    }
    tests.add(
        DynamicTest.dynamicTest(
            "each explanation for " + file + " is needed",
            () -> assertThat(differences.unused()).isEmpty()));
    return tests.stream();
  }

  private void replay(JsonNode line, Differences differences) throws Exception {
    setUp.before(line.path("case").asText());
    if (find(differences, Differences.Kind.NotAsked.class, line).isPresent()) {
      return;
    }
    if (line.path("lines").isArray()) {
      replayStream(line);
      return;
    }
    loadMetrics(line);
    HttpResponse<String> answer =
        client.send(request(line), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(line.path("status").asInt());
    String recorded = line.path("answer").asText();
    if (!recorded.startsWith("{")) {
      assertThat(answer.body()).isEqualTo(recorded);
      return;
    }
    if (find(differences, Differences.Kind.OtherText.class, line).isPresent()) {
      return;
    }
    List<String> ignored =
        find(differences, Differences.Kind.Fields.class, line)
            .map(Differences.Kind.Fields::names)
            .orElse(List.of());
    JsonNode wanted = without(Json.read(recorded), ignored);
    JsonNode actual = without(Json.read(answer.body()), ignored);
    assertThat(Json.same(actual, wanted))
        .as("%n  answered %s%n  recorded %s", actual, wanted)
        .isTrue();
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .isEqualTo("application/json");
  }

  /** Metrics are in no walk, and grew from one recorded answer to the next. */
  private void loadMetrics(JsonNode line) throws InvalidProtocolBufferException {
    String path = line.path("path").asText();
    Matcher metrics = METRICS.matcher(path);
    if (!metrics.matches() || line.path("status").asInt() != 200) {
      return;
    }
    String eui = metrics.group("eui");
    String interval = metrics.group("interval");
    Message.Builder answer;
    Message request;
    if (path.contains("/link-metrics")) {
      request =
          GetDeviceLinkMetricsRequest.newBuilder()
              .setDevEui(eui)
              .setAggregation(Aggregation.valueOf(interval))
              .build();
      answer = GetDeviceLinkMetricsResponse.newBuilder();
    } else if (path.startsWith("/api/devices")) {
      request = GetDeviceStatsRequest.newBuilder().setDevEui(eui).setInterval(interval).build();
      answer = GetDeviceStatsResponse.newBuilder();
    } else {
      request = GetGatewayStatsRequest.newBuilder().setGatewayId(eui).setInterval(interval).build();
      answer = GetGatewayStatsResponse.newBuilder();
    }
    JsonFormat.parser().merge(line.path("answer").asText(), answer);
    RecordedMetrics.load(simulator.faults(), request, answer.build());
  }

  private static <K extends Differences.Kind> Optional<K> find(
      Differences differences, Class<K> kind, JsonNode line) {
    return differences.find(
        kind,
        line.path("case").asText(),
        line.path("path").asText().replaceFirst("\\?.*", ""),
        line.path("credential").asText());
  }

  private static JsonNode without(JsonNode json, List<String> names) {
    if (json instanceof ObjectNode object) {
      object.remove(names);
      object.forEach(child -> without(child, names));
    } else if (json instanceof ArrayNode array) {
      array.forEach(child -> without(child, names));
    }
    return json;
  }

  private void replayStream(JsonNode line) throws Exception {
    List<JsonNode> recorded = new ArrayList<>();
    line.path("lines").forEach(chunk -> recorded.add(Json.read(chunk.path("text").asText())));
    history(line, recorded);
    CompletableFuture<HttpResponse<InputStream>> answer =
        client.sendAsync(request(line), HttpResponse.BodyHandlers.ofInputStream());
    if (line.path("status").isNull()) {
      await().during(SILENCE).until(() -> !answer.isDone());
      answer.cancel(true);
      return;
    }
    assertThat(answer.get().statusCode()).isEqualTo(line.path("status").asInt());
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(answer.get().body(), StandardCharsets.UTF_8))) {
      for (JsonNode wanted : recorded) {
        JsonNode actual = Json.read(reader.readLine());
        assertThat(Json.same(actual, wanted))
            .as("%n  answered %s%n  recorded %s", actual, wanted)
            .isTrue();
      }
      if (line.path("ended").asText().equals("server")) {
        assertThat(endsCleanly(line.path("case").asText(), reader))
            .isEqualTo(line.path("clean_end").asBoolean());
      }
    }
  }

  private boolean endsCleanly(String name, BufferedReader reader) {
    switch (name) {
      case "rest-fault-as-sigterm", "rest-fault-as-kill" -> {
        simulator.stop();
        simulator.start();
      }
      case "rest-fault-redis-restart" -> {
        simulator.faults().stopRedis();
        time.advance(Duration.ofSeconds(3));
        simulator.faults().startRedis();
      }
      default -> {}
    }
    try {
      return reader.readLine() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** What the lines brought was in the log before. */
  private void history(JsonNode line, List<JsonNode> lines) throws InvalidProtocolBufferException {
    String[] path = line.path("path").asText().split("/");
    List<LogItem> items = new ArrayList<>();
    for (JsonNode json : lines) {
      if (json.has("result")) {
        items.add(entry(json.path("result"), items.size() + 1));
      }
    }
    LogStore.Kind kind =
        path[4].equals("events")
            ? LogStore.Kind.DEVICE_EVENTS
            : path[2].equals("devices")
                ? LogStore.Kind.DEVICE_FRAMES
                : LogStore.Kind.GATEWAY_FRAMES;
    simulator.faults().history(new LogStore.Key(kind, path[3]), items);
    if (line.path("case").asText().equals("rest-events-undecodable-entry")) {
      simulator.faults().poisonEvents(path[3]);
    }
  }

  private static LogItem entry(JsonNode result, int number) throws InvalidProtocolBufferException {
    if (!result.has("payloadJSON")) {
      StreamDeviceFrameLogsResponse.Builder frame = StreamDeviceFrameLogsResponse.newBuilder();
      JsonFormat.parser().merge(result.toString(), frame);
      return FrameWriterV3.entry("frame", frame.build()).setId(number + "-0").build();
    }
    LogItem.Builder item =
        LogItem.newBuilder()
            .setId(result.path("streamID").asText())
            .setDescription(result.path("type").asText())
            .setBody(result.path("payloadJSON").asText());
    if (!result.path("publishedAt").isNull()) {
      Timestamp.Builder publishedAt = Timestamp.newBuilder();
      JsonFormat.parser().merge(result.path("publishedAt").toString(), publishedAt);
      item.setTime(publishedAt);
    }
    return item.build();
  }

  private HttpRequest request(JsonNode line) {
    String path = line.path("path").asText().replace("[", "%5B").replace("]", "%5D");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(simulator.url() + path))
            .method(
                line.path("http").asText(),
                line.path("body").isTextual()
                    ? HttpRequest.BodyPublishers.ofString(line.path("body").asText())
                    : HttpRequest.BodyPublishers.noBody());
    for (Map.Entry<String, JsonNode> header : line.path("headers").properties()) {
      request.header(header.getKey(), withToken(header.getValue().asText()));
    }
    return request.build();
  }

  /** Recordings name the credential in angle brackets. */
  private String withToken(String value) {
    int open = value.indexOf('<');
    if (open < 0) {
      return value;
    }
    String credential = value.substring(open + 1, value.indexOf('>'));
    return value.substring(0, open) + token(credential);
  }

  private String token(String credential) {
    return switch (credential) {
      case "garbage" -> "not-a-token";
      case "tenant-key" -> simulator.tenantKey("37b71040-d1f7-4dba-8911-148a7cffe681");
      default -> credentials.token(credential);
    };
  }
}
