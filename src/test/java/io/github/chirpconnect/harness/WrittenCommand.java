package io.github.chirpconnect.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A command as people and tools write it, and what is right to do with it.
 *
 * @param file where it is from
 * @param key the record's; null for none
 * @param value JSON text
 * @param id the sender's own, to be found in the outcome; null for none
 * @param queued the item that the server has to get: port, payload in hex, {@code confirmed}; null
 *     when there is to be none
 * @param refused parts of the reason for which it is refused
 * @param byServer whether that takes the server, which does not know the device
 */
public record WrittenCommand(
    String file,
    String key,
    String value,
    String id,
    String queued,
    List<String> refused,
    boolean byServer) {
  private static final List<String> FILES =
      List.of("ksqldb", "rest-bodies", "defaults", "payloads", "spellings");

  /** All of them, in an order in which they can be sent. */
  public static List<WrittenCommand> all(String devEui) {
    return FILES.stream().flatMap(file -> of("command-" + file + ".json", devEui)).toList();
  }

  private static Stream<WrittenCommand> of(String file, String devEui) {
    List<WrittenCommand> commands = new ArrayList<>();
    try (InputStream json = WrittenCommand.class.getResourceAsStream("/commands/" + file)) {
      for (JsonNode command : new ObjectMapper().readTree(json)) {
        commands.add(
            new WrittenCommand(
                file,
                text(command, "key", devEui),
                command.get("value").toString().replace("DEVICE", devEui),
                text(command, "id", devEui),
                text(command, "queued", devEui),
                texts(
                    command.has("unknown") ? command.get("unknown") : command.path("refused"),
                    devEui),
                command.has("unknown")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return commands.stream();
  }

  private static String text(JsonNode command, String field, String devEui) {
    return command.has(field) ? command.get(field).asText().replace("DEVICE", devEui) : null;
  }

  private static List<String> texts(JsonNode array, String devEui) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText().replace("DEVICE", devEui)));
    return texts;
  }
}
