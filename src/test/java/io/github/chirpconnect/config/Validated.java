package io.github.chirpconnect.config;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.Config;

/** What validation says of configurations: the errors of each key that has any. */
final class Validated {
  static final String TOKEN = "aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl";

  private Validated() {}

  /**
   * @param given more than the properties that each source needs; null takes one out
   */
  static Map<String, String> source(Map<String, String> given) {
    Map<String, String> all = properties(given);
    Config config = new Config(SourceConfig.DEF.validate(all));
    ConfigChecks.checkSource(config, all);
    return errors(config);
  }

  /**
   * @param given more than the properties that each sink needs; null takes one out
   */
  static Map<String, String> sink(Map<String, String> given) {
    Map<String, String> all = properties(given);
    Config config = new Config(SinkConfig.DEF.validate(all));
    ConfigChecks.checkSink(config, all);
    return errors(config);
  }

  static Map<String, String> properties(Map<String, String> given) {
    Map<String, String> all = new HashMap<>();
    all.put(ConnectionConfig.URL, "localhost:8080");
    all.put(ConnectionConfig.TOKEN, TOKEN);
    all.put("topics", "commands");
    all.putAll(given);
    all.values().removeIf(value -> value == null);
    return all;
  }

  private static Map<String, String> errors(Config config) {
    Map<String, String> errors = new TreeMap<>();
    config.configValues().stream()
        .filter(value -> !value.errorMessages().isEmpty())
        .forEach(value -> errors.put(value.name(), value.errorMessages().toString()));
    return errors;
  }
}
