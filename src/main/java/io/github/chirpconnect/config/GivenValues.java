package io.github.chirpconnect.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/** The values of a configuration that is validated, and the errors found in them. */
final class GivenValues {
  private final Map<String, ConfigValue> values = new TreeMap<>();
  private final Map<String, String> given;

  /**
   * @param config values already checked one by one
   * @param given all properties of the connector, Connect's own included
   */
  GivenValues(Config config, Map<String, String> given) {
    config
        .configValues()
        .forEach(
            value -> {
              onlyTheFirst(value.errorMessages());
              value.errorMessages().replaceAll(error -> error + remedy(value.name(), error));
              values.put(value.name(), value);
            });
    this.given = given;
  }

  /** A property as it was given, without white space around it; null where it was not. */
  String given(String key) {
    String value = given.get(key);
    return value == null ? null : value.trim();
  }

  /** All properties as they were given. */
  Map<String, String> given() {
    return given;
  }

  boolean isGiven(String key) {
    String value = given.get(key);
    return value != null && !value.isBlank();
  }

  boolean fine(String key) {
    return !values.containsKey(key) || values.get(key).errorMessages().isEmpty();
  }

  long number(String key, long otherwise) {
    ConfigValue value = values.get(key);
    if (value != null) {
      return value.value() instanceof Number number ? number.longValue() : otherwise;
    }
    try {
      return given.containsKey(key) ? Long.parseLong(given.get(key).trim()) : otherwise;
    } catch (NumberFormatException e) {
      return otherwise; // Connect's own key; Connect reports the error
    }
  }

  List<String> list(String key) {
    ConfigValue value = values.get(key);
    if (value != null && value.value() instanceof List<?> items) {
      return items.stream().map(String::valueOf).toList();
    }
    return List.of(given.getOrDefault(key, "").trim().split("\\s*,\\s*"));
  }

  /** One error per key: an invalid value is not checked against others. */
  void error(String key, String message) {
    if (!fine(key)) {
      return;
    }
    values
        .computeIfAbsent(
            key,
            name -> new ConfigValue(name, given.get(name), new ArrayList<>(), new ArrayList<>()))
        .addErrorMessage(message);
  }

  void addNewValues(Config config) {
    values.values().stream()
        .filter(value -> !config.configValues().contains(value))
        .forEach(config.configValues()::add);
  }

  /** Kafka says that a value is no number, and not what to write. */
  private static String remedy(String key, String error) {
    if (!error.contains("Not a number of type")) {
      return "";
    }
    if (error.endsWith("DOUBLE")) {
      return "; write a number such as 0.5, with a dot and without a unit";
    }
    return key.endsWith(".ms")
        ? "; write milliseconds as a whole number without a unit, such as 60000 for a minute"
        : "; write a whole number without a unit";
  }

  /** Kafka reports a value that is no number twice, the second time as missing. */
  private static void onlyTheFirst(List<String> errors) {
    if (errors.size() > 1) {
      errors.subList(1, errors.size()).clear();
    }
  }
}
