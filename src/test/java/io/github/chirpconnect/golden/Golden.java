package io.github.chirpconnect.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The answers recorded from real servers, see {@code src/test/resources/golden/README.md}. */
public final class Golden {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One recorded gRPC call.
   *
   * @param name the case, the same for each credential that it was tried with
   * @param method {@code /api.DeviceService/List}
   * @param request the protobuf sent; empty also where the bytes sent were no valid message
   * @param requestJson to read, null where the bytes were no message
   * @param millis how long the call took
   * @param ended {@code client} where the recorder hung up
   * @param code the gRPC status, {@code OK}
   */
  public record Call(
      String file,
      String name,
      String method,
      String credential,
      byte[] request,
      JsonNode requestJson,
      List<Message> messages,
      double millis,
      String ended,
      String code,
      String detail,
      String note) {
    @Override
    public String toString() {
      return file + ": " + name + " " + method + " as " + credential;
    }
  }

  /**
   * One answer.
   *
   * @param millis after the call was made
   * @param bytes the protobuf received: the truth
   * @param json to read; an independent reading of the same bytes
   */
  public record Message(double millis, byte[] bytes, JsonNode json) {}

  private Golden() {}

  /** The gRPC calls of a file such as {@code v4/walk.jsonl}, in the order recorded. */
  public static List<Call> calls(String file) {
    List<Call> calls = new ArrayList<>();
    for (JsonNode line : lines(file)) {
      List<Message> messages = new ArrayList<>();
      for (JsonNode message : line.path("messages")) {
        messages.add(
            new Message(
                message.path("ms").asDouble(), base64(message.path("b64")), message.path("json")));
      }
      calls.add(
          new Call(
              file,
              line.path("case").asText(),
              line.path("method").asText(),
              line.path("credential").asText(),
              base64(line.path("request")),
              line.path("request_json").isNull() ? null : line.path("request_json"),
              List.copyOf(messages),
              line.path("ms").asDouble(),
              line.path("ended").asText(),
              line.path("code").asText(),
              line.path("detail").asText(),
              line.path("note").asText()));
    }
    return calls;
  }

  /** The raw lines of a file, REST recordings among them. */
  public static List<JsonNode> lines(String file) {
    InputStream resource = Golden.class.getResourceAsStream("/golden/" + file);
    if (resource == null) {
      throw new IllegalArgumentException("no recording " + file);
    }
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      List<JsonNode> lines = new ArrayList<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          lines.add(JSON.readTree(line));
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] base64(JsonNode text) {
    return text.isTextual() ? Base64.getDecoder().decode(text.asText()) : new byte[0];
  }
}
