package io.github.chirpconnect.config;

import io.github.chirpconnect.feed.ApiTransport;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Checks values of several keys against each other. Each finding is an error on the key that has to
 * change. Keys that are invalid by themselves are left to their validators.
 */
public final class ConfigChecks {
  private ConfigChecks() {}

  /**
   * Adds errors to the configuration's values.
   *
   * @param config values already checked one by one
   * @param given all properties of the connector, Connect's own included
   */
  public static void checkSource(Config config, Map<String, String> given) {
    GivenValues values = new GivenValues(config, given);
    new ConnectionChecks(values).check();
    new SourceChecks(values).check();
    new KeyNames(values, SourceConfig.DEF.names()).check();
    values.addNewValues(config);
  }

  /** As {@link #checkSource}, for the sink. */
  public static void checkSink(Config config, Map<String, String> given) {
    GivenValues values = new GivenValues(config, given);
    new ConnectionChecks(values).check();
    new SinkChecks(values).check();
    new KeyNames(values, SinkConfig.DEF.names()).check();
    values.addNewValues(config);
  }

  /** Whether there are no errors so far. */
  public static boolean valid(Config config) {
    return config.configValues().stream().allMatch(value -> value.errorMessages().isEmpty());
  }

  /** The values by their keys; null where one is invalid. */
  public static Map<String, Object> values(Config config) {
    Map<String, Object> values = new HashMap<>();
    config.configValues().forEach(value -> values.put(value.name(), value.value()));
    return values;
  }

  /** Adds an error to the value of a key, which need not be one of the connector's own. */
  public static void error(Config config, String key, String message) {
    config.configValues().stream()
        .filter(value -> value.name().equals(key))
        .findFirst()
        .ifPresentOrElse(
            value -> value.addErrorMessage(message),
            () ->
                config
                    .configValues()
                    .add(
                        new ConfigValue(
                            key, null, new ArrayList<>(), new ArrayList<>(List.of(message)))));
  }

  /** The error if such a server lacks some of the feeds; empty if it has all. */
  public static Optional<String> missing(
      Set<Feed> feeds, Generation generation, ApiTransport transport) {
    List<Feed> missing =
        feeds.stream().filter(feed -> !feed.availableOn(generation, transport)).toList();
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    boolean overGrpc =
        missing.stream().allMatch(feed -> feed.availableOn(generation, ApiTransport.GRPC));
    String names = missing.stream().map(Feed::id).collect(Collectors.joining(", "));
    return Optional.of(
        overGrpc
            ? Endpoint.NO_STREAMS_ON_V4 + " (" + names + ")"
            : "ChirpStack " + generation + " has no " + names + "; take it out");
  }
}
