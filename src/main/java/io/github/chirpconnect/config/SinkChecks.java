package io.github.chirpconnect.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** Checks the sink's keys against each other. */
final class SinkChecks {
  private static final String DEAD_LETTERS = "errors.deadletterqueue.topic.name";

  private final GivenValues values;

  SinkChecks(GivenValues values) {
    this.values = values;
  }

  void check() {
    outcomes();
    if (values.fine(SinkConfig.RETRY_TIMEOUT)
        && values.number(SinkConfig.RETRY_TIMEOUT, Long.MAX_VALUE)
            < values.number(ConnectionConfig.REQUEST_TIMEOUT, 0)) {
      values.error(
          SinkConfig.RETRY_TIMEOUT,
          "must not be shorter than "
              + ConnectionConfig.REQUEST_TIMEOUT
              + ", the time one attempt may take");
    }
    if (values.number(SinkConfig.MAX_IN_FLIGHT, Long.MAX_VALUE) < values.number("tasks.max", 1)) {
      values.error(
          SinkConfig.MAX_IN_FLIGHT,
          "is less than one call for each task; write at least tasks.max, or lower tasks.max");
    }
    String deadLetters = values.given(DEAD_LETTERS);
    if (deadLetters != null
        && !deadLetters.isBlank()
        && !"all".equalsIgnoreCase(values.given(SinkConfig.ERRORS_TOLERANCE))) {
      values.error(
          SinkConfig.ERRORS_TOLERANCE,
          "must be 'all' for a bad command to go to the dead letter queue '"
              + deadLetters
              + "'; with 'none' it fails the task");
    }
  }

  private void outcomes() {
    boolean topic = values.isGiven(OutcomeConfig.TOPIC);
    boolean brokers = values.isGiven(OutcomeConfig.BOOTSTRAP);
    if (topic && !brokers) {
      values.error(
          OutcomeConfig.BOOTSTRAP,
          "is needed for "
              + OutcomeConfig.TOPIC
              + "; write the Kafka brokers, host:port separated by commas");
    }
    if (brokers && !topic) {
      values.error(
          OutcomeConfig.TOPIC,
          "is missing, but "
              + OutcomeConfig.BOOTSTRAP
              + " is set; name the topic, or remove the outcome keys");
    }
    converter(topic);
    client(OutcomeConfig.PRODUCER_PREFIX, ProducerConfig.configDef());
    client(OutcomeConfig.CONSUMER_PREFIX, ConsumerConfig.configDef());
    if (topic && consumes(values.given(OutcomeConfig.TOPIC))) {
      values.error(
          OutcomeConfig.TOPIC,
          "is one of the topics that this connector reads commands from; name another");
    }
    if (topic && values.given(OutcomeConfig.TOPIC).equals(values.given(DEAD_LETTERS))) {
      values.error(
          OutcomeConfig.TOPIC,
          "is the dead letter queue too ("
              + DEAD_LETTERS
              + "), whose records are no outcomes; name another");
    }
  }

  /** Makes the converter as each task will. It need not ask anybody for that. */
  private void converter(boolean topic) {
    if (!values.isGiven(OutcomeConfig.CONVERTER)) {
      return;
    }
    if (!topic) {
      values.error(OutcomeConfig.TOPIC, "is missing, but " + OutcomeConfig.CONVERTER + " is set");
    }
    try {
      OutcomeConfig.converter(
          values.given(OutcomeConfig.CONVERTER), withPrefix(OutcomeConfig.CONVERTER_PREFIX));
    } catch (IllegalArgumentException e) {
      values.error(OutcomeConfig.CONVERTER, e.getMessage());
    }
  }

  private Map<String, String> withPrefix(String prefix) {
    Map<String, String> settings = new TreeMap<>();
    values
        .given()
        .forEach(
            (key, value) -> {
              if (key.startsWith(prefix)) {
                settings.put(key.substring(prefix.length()), value);
              }
            });
    return settings;
  }

  /** Checks a client's settings by Kafka's own definitions: an invalid one would fail each task. */
  private void client(String prefix, ConfigDef definitions) {
    Map<String, String> settings = withPrefix(prefix);
    if (settings.remove(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG) != null) {
      values.error(
          prefix + CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
          "is not read; write the brokers into "
              + OutcomeConfig.BOOTSTRAP
              + ", which the producer and the consumer of outcomes share");
    }
    definitions.validate(settings).stream()
        .filter(value -> settings.containsKey(value.name()))
        .filter(value -> !value.errorMessages().isEmpty())
        .filter(value -> values.fine(prefix + value.name()))
        .forEach(value -> values.error(prefix + value.name(), value.errorMessages().get(0)));
  }

  private boolean consumes(String topic) {
    String regex = values.given().getOrDefault("topics.regex", "");
    try {
      return values.list("topics").contains(topic)
          || (!regex.isBlank() && Pattern.matches(regex, topic));
    } catch (PatternSyntaxException e) {
      return false; // Connect itself refuses topics.regex
    }
  }
}
