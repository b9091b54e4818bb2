package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Where the sink writes what became of its commands, and reads it back after a restart.
 *
 * @param topic empty: nowhere
 * @param producer settings of the producer, without prefix, with the brokers
 * @param consumer settings of the consumer that reads back, without prefix, with the brokers
 */
public record OutcomeConfig(
    Optional<String> topic, Map<String, Object> producer, Map<String, Object> consumer) {
  public static final String TOPIC = "outcome.topic";
  public static final String BOOTSTRAP = "outcome.bootstrap.servers";
  public static final String PRODUCER_PREFIX = "outcome.producer.";
  public static final String CONSUMER_PREFIX = "outcome.consumer.";

  private static final String GROUP = "Outcomes";

  static ConfigDef define(ConfigDef def) {
    int order = 0;
    def.define(
            TOPIC,
            Type.STRING,
            null,
            Validators.topic(),
            MEDIUM,
            "Topic for what became of each command. After a restart or a rebalance the task reads its end, and so knows"
                + " which commands were sent before and which items of a queue are whose. Needs "
                + BOOTSTRAP
                + ".",
            GROUP,
            ++order,
            ConfigDef.Width.MEDIUM,
            "Outcome topic")
        .define(
            BOOTSTRAP,
            Type.LIST,
            null,
            Validators.brokers(),
            MEDIUM,
            "Kafka brokers of the outcome topic; a task does not know its worker's. Other settings of the clients: "
                + PRODUCER_PREFIX
                + " and "
                + CONSUMER_PREFIX
                + " before Kafka's own names. Brokers with TLS or SASL need them with both.",
            GROUP,
            ++order,
            ConfigDef.Width.MEDIUM,
            "Outcome brokers");
    return OutcomeConverter.define(def, GROUP, ++order);
  }

  static OutcomeConfig of(AbstractConfig config) {
    List<String> brokers = config.getList(BOOTSTRAP);
    return new OutcomeConfig(
        Optional.ofNullable(config.getString(TOPIC)),
        client(config, PRODUCER_PREFIX, brokers),
        client(config, CONSUMER_PREFIX, brokers));
  }

  private static Map<String, Object> client(
      AbstractConfig config, String prefix, List<String> brokers) {
    Map<String, Object> settings = new HashMap<>(config.originalsWithPrefix(prefix));
    if (brokers != null) {
      settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, brokers);
    }
    return settings;
  }
}
