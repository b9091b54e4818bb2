package io.github.chirpconnect.api.v4.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.golden.Json;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each row of each recorded list, as an entity: every field that an independent client read from
 * the same bytes is in the body, and the body has nothing else but defaults and nulls.
 */
class RecordedListsTest {
  /** What stands for "unknown" in a recording, by field. */
  private static final Map<String, Double> UNKNOWN = Map.of("batteryLevel", -1.0);

  private static final Pattern UNDERSCORE = Pattern.compile("_([a-z])");

  /** The recorded server has none. */
  private static final Set<Feed> NOT_RECORDED = Set.of(Feed.RELAY_GATEWAYS);

  static Stream<Lister<?, ?, ?>> listers() {
    return Listers.ALL.stream().filter(lister -> !NOT_RECORDED.contains(lister.feed()));
  }

  @ParameterizedTest
  @MethodSource("listers")
  <Q, A, T> void rowsHaveEveryFieldOfTheList(Lister<Q, A, T> lister) {
    int count = 0;
    for (Golden.Message answer : answers(lister.method())) {
      JsonNode recorded = answer.json().path("result");
      List<T> rows =
          lister.rows(
              lister
                  .method()
                  .getResponseMarshaller()
                  .parse(new ByteArrayInputStream(answer.bytes())));
      assertThat(rows).hasSize(recorded.size());
      for (int i = 0; i < rows.size(); i++) {
        count++;
        assertReads(lister, rows.get(i), camelCase(recorded.get(i)));
      }
    }
    assertThat(count).as("recorded rows of %s", lister.feed()).isPositive();
  }

  private static <T> void assertReads(Lister<?, ?, T> lister, T row, JsonNode recorded) {
    ObjectNode body = lister.body(row, true);

    assertHas(body, recorded);
    JsonNode lastSeen = recorded.path("lastSeenAt");
    assertThat(lister.lastSeenAt(row))
        .isEqualTo(lastSeen.isMissingNode() ? null : Instant.parse(lastSeen.textValue()));
    assertThat(body.properties())
        .anyMatch(field -> lister.id(row).contains(field.getValue().asText("-")));
  }

  private static void assertHas(JsonNode body, JsonNode recorded) {
    recorded
        .properties()
        .forEach(
            field -> {
              JsonNode read = body.path(field.getKey());
              JsonNode expected = field.getValue();
              if (read.isNull()) {
                assertThat(expected.doubleValue()).isEqualTo(UNKNOWN.get(field.getKey()));
              } else if (expected.isObject() && !isMap(field.getKey())) {
                assertHas(read, expected);
              } else if (field.getKey().endsWith("At")) {
                assertThat(Instant.parse(read.textValue()))
                    .isEqualTo(Instant.parse(expected.textValue()));
              } else {
                assertThat(Json.same(read, expected))
                    .as("%s: %s, recorded %s", field.getKey(), read, expected)
                    .isTrue();
              }
            });
    body.properties().stream()
        .filter(field -> !recorded.has(field.getKey()))
        .forEach(field -> assertThat(isDefault(field.getValue())).as("%s", field).isTrue());
  }

  private static boolean isMap(String field) {
    return field.equals("tags") || field.equals("properties");
  }

  private static boolean isDefault(JsonNode value) {
    return value.isNull()
        || (value.isNumber() && value.doubleValue() == 0)
        || (value.isContainerNode() && value.isEmpty())
        || (value.isBoolean() && !value.booleanValue())
        || value.isTextual();
  }

  private static JsonNode camelCase(JsonNode recorded) {
    ObjectNode renamed = JsonNodeFactory.instance.objectNode();
    recorded
        .properties()
        .forEach(
            field -> {
              String name =
                  UNDERSCORE
                      .matcher(field.getKey())
                      .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
              renamed.set(
                  name,
                  field.getValue().isObject() && !isMap(name)
                      ? camelCase(field.getValue())
                      : field.getValue());
            });
    return renamed;
  }

  private static List<Golden.Message> answers(MethodDescriptor<?, ?> method) {
    return Stream.of("walk", "unary")
        .flatMap(file -> Golden.calls("v4/" + file + ".jsonl").stream())
        .filter(call -> call.method().equals("/" + method.getFullMethodName()))
        .flatMap(call -> call.messages().stream())
        .toList();
  }
}
