package io.github.chirpconnect.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Checks the sink's keys against each other. */
final class SinkChecks {
  private final GivenValues values;

  SinkChecks(GivenValues values) {
    this.values = values;
  }

  void check() {
    boolean topic = values.isGiven(SinkConfig.OUTCOME_TOPIC);
    boolean brokers = values.isGiven(SinkConfig.OUTCOME_BOOTSTRAP);
    if (topic && !brokers) {
      values.error(
          SinkConfig.OUTCOME_BOOTSTRAP,
          "is needed for "
              + SinkConfig.OUTCOME_TOPIC
              + "; write the Kafka brokers, host:port separated by commas");
    }
    if (brokers && !topic) {
      values.error(
          SinkConfig.OUTCOME_TOPIC,
          "is missing, but "
              + SinkConfig.OUTCOME_BOOTSTRAP
              + " is set; name the topic, or remove the outcome.producer keys");
    }
    outcomeProducer();
    if (topic && consumes(values.given(SinkConfig.OUTCOME_TOPIC))) {
      values.error(
          SinkConfig.OUTCOME_TOPIC,
          "is one of the topics that this connector reads commands from; name another");
    }
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
    String deadLetters = values.given("errors.deadletterqueue.topic.name");
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

  /** Checks producer settings by Kafka's own definitions: an invalid one would fail each task. */
  private void outcomeProducer() {
    Map<String, String> settings = new TreeMap<>();
    values
        .given()
        .forEach(
            (key, value) -> {
              if (key.startsWith(SinkConfig.OUTCOME_PRODUCER_PREFIX)) {
                settings.put(key.substring(SinkConfig.OUTCOME_PRODUCER_PREFIX.length()), value);
              }
            });
    ProducerConfig.configDef().validate(settings).stream()
        .filter(value -> settings.containsKey(value.name()))
        .filter(value -> !value.errorMessages().isEmpty())
        .filter(value -> values.fine(SinkConfig.OUTCOME_PRODUCER_PREFIX + value.name()))
        .forEach(
            value ->
                values.error(
                    SinkConfig.OUTCOME_PRODUCER_PREFIX + value.name(),
                    value.errorMessages().get(0)));
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
