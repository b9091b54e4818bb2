package io.github.chirpconnect.warehouse;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A connector's configuration from config/warehouses, as users copy it. What it says of places is
 * replaced by where they are here, and nothing else.
 */
final class ConnectorFile {
  private static final Path DIRECTORY = Path.of("config", "warehouses");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Map<String, String> config;

  private ConnectorFile(String name, Map<String, String> config) {
    this.name = name;
    this.config = config;
  }

  /**
   * @param file its name
   */
  static ConnectorFile read(String file) {
    try {
      JsonNode json = JSON.readTree(text(file));
      return new ConnectorFile(
          json.path("name").asText(),
          JSON.convertValue(json.path("config"), new TypeReference<TreeMap<String, String>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " is no JSON", e);
    }
  }

  /** A file that is no connector's. */
  static String text(String file) {
    try {
      return Files.readString(DIRECTORY.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read", e);
    }
  }

  /**
   * Says where something is.
   *
   * @throws IllegalArgumentException when the file does not say that
   */
  ConnectorFile at(String key, String place) {
    if (config.replace(key, place) == null) {
      throw new IllegalArgumentException("the file of " + name + " does not say " + key);
    }
    return this;
  }

  /** Adds what is for tests alone: how soon something is done. */
  ConnectorFile sooner(String key, String value) {
    config.put(key, value);
    return this;
  }

  /** Adds what the document tells of besides. */
  ConnectorFile with(String key, String value) {
    config.put(key, value);
    return this;
  }

  /** The same under another name. */
  ConnectorFile named(String other) {
    return new ConnectorFile(other, config);
  }

  String name() {
    return name;
  }

  Map<String, String> config() {
    return config;
  }
}
