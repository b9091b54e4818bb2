package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.golden.Golden;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Struct;

/** Holds records to having no keys: by the names of fields, and by all keys in the recordings. */
public final class NoSecrets {
  /** Written apart from what the connector goes by. */
  private static final Pattern NAME =
      Pattern.compile("(?i).*(_?s_?key|aes_?key|nwk_?key|app_?key|int_?key|enc_?key|variables)");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern KEY = Pattern.compile("[0-9a-fA-F]{32}");

  private static final List<String> FILES =
      List.of(
          "v4/walk.jsonl",
          "v4/unary.jsonl",
          "v4/enqueue.jsonl",
          "v4/streams-kinds.jsonl",
          "v4/rest.jsonl",
          "v3/walk.jsonl",
          "v3/grpc-unary.jsonl",
          "v3/rest.jsonl");

  private static final Set<String> RECORDED = recorded();

  private NoSecrets() {}

  /** All keys that servers were heard to say, in hexadecimal and in base64. */
  static Set<String> recordedKeys() {
    return RECORDED;
  }

  private static Set<String> recorded() {
    Set<String> keys = new TreeSet<>();
    for (String file : FILES) {
      Golden.lines(file).forEach(line -> collect(line, keys));
    }
    return keys;
  }

  /**
   * JSON in a text; nothing where the text is something else, which some recordings mean it to be.
   */
  private static JsonNode within(JsonNode value) {
    if (value.isTextual() && value.textValue().startsWith("{")) {
      try {
        return JSON.readTree(value.textValue());
      } catch (JsonProcessingException e) {
        return JSON.missingNode();
      }
    }
    return JSON.missingNode();
  }

  private static void collect(JsonNode node, Set<String> keys) {
    node.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (NAME.matcher(field.getKey()).matches() && KEY.matcher(value.asText()).matches()) {
                keys.add(value.asText());
                keys.add(
                    Base64.getEncoder().encodeToString(HexFormat.of().parseHex(value.asText())));
              }
              collect(value, keys);
              collect(within(value), keys);
            });
    if (node.isArray()) {
      node.forEach(item -> collect(item, keys));
    }
  }

  public static void assertIn(Struct value) {
    JsonNode json = FieldTable.json(value);
    assertNoName(json, value.schema().name());
    String text = json.toString();
    for (String key : RECORDED) {
      assertThat(text).doesNotContain(key);
    }
  }

  private static void assertNoName(JsonNode node, String path) {
    node.properties()
        .forEach(
            field -> {
              String here = path + "." + field.getKey();
              JsonNode value = field.getValue();
              assertThat(NAME.matcher(field.getKey()).matches() && !value.isNull())
                  .as(here)
                  .isFalse();
              assertNoName(value, here);
              assertNoName(within(value), here);
            });
    if (node.isArray()) {
      node.forEach(item -> assertNoName(item, path + "[]"));
    }
  }
}
