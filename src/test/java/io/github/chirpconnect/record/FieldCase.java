package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.feed.Generation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/**
 * An event as networks in the field make them, and what its record has to say: the files of {@code
 * src/test/resources/fieldcases}. In them {@code @NOW} is the time of the test, {@code @AHEAD} half
 * an hour later.
 *
 * @param name the file's
 */
public record FieldCase(String name, JsonNode json) {
  private static final Path DIRECTORY = Path.of("src", "test", "resources", "fieldcases");
  private static final Duration AHEAD = Duration.ofMinutes(30);

  /** Those of a generation. */
  public static List<FieldCase> of(Generation generation, Instant time) {
    Instant now = time.truncatedTo(ChronoUnit.MILLIS);
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .sorted()
          .map(file -> read(file, now))
          .filter(each -> each.json.path("generation").asText().equals(generation.toString()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FieldCase read(Path file, Instant now) {
    try {
      String text =
          Files.readString(file)
              .replace("@NOW", now.toString())
              .replace("@AHEAD", now.plus(AHEAD).toString());
      return new FieldCase(file.getFileName().toString(), new ObjectMapper().readTree(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the server names it, which is the topic's last part too. */
  public String kind() {
    return json.path("kind").asText();
  }

  /** The event's, by the server. */
  public Instant time() {
    return Instant.parse(json.path("time").asText());
  }

  public String body() {
    return json.path("body").toString();
  }

  /**
   * @param value as the worker's JSON converter writes it
   * @param id the entry's
   */
  public void assertRecord(JsonNode value, Instant timestamp, String id) {
    assertThat(json.path("record").isEmpty()).as(name).isFalse();
    json.path("record")
        .properties()
        .forEach(
            expected -> FieldTable.assertSays(value, expected.getKey(), expected.getValue(), name));
    boolean byLog = json.path("timestamp").asText().equals("log");
    Instant written =
        byLog && EntryId.parse(id) instanceof EntryId.Sequenced sequenced
            ? Instant.ofEpochMilli(sequenced.millis())
            : time();
    assertThat(timestamp).as(name).isEqualTo(written);
  }

  @Override
  public String toString() {
    return name;
  }
}
