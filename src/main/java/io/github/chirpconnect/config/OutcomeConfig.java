package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.storage.Converter;

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
  public static final String CONVERTER = "outcome.value.converter";
  public static final String CONVERTER_PREFIX = CONVERTER + ".";

  private static final String GROUP = "Outcomes";
  private static final Pattern CLASS = Pattern.compile("[\\w$]+(\\.[\\w$]+)+");

  static ConfigDef define(ConfigDef def) {
    int order = 0;
    return def.define(
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
            "Outcome brokers")
        .define(
            CONVERTER,
            Type.STRING,
            null,
            Validators.of(
                "the full name of a class",
                value ->
                    Validators.require(
                        CLASS.matcher((String) value).matches(),
                        "is no name of a class; write the full name of a converter's class")),
            LOW,
            "Class of the converter of outcomes' values, such as io.confluent.connect.avro.AvroConverter, and its settings behind "
                + CONVERTER_PREFIX
                + ", such as "
                + CONVERTER_PREFIX
                + "schema.registry.url. It is one that the worker has, or that is in this plugin's directory. Without it, outcomes are JSON"
                + " without a schema.",
            GROUP,
            ++order,
            ConfigDef.Width.LONG,
            "Converter of outcomes");
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

  /**
   * Makes the converter; empty if outcomes are JSON.
   *
   * @throws ConfigException if it can't be made
   */
  static Optional<Converter> converter(AbstractConfig config) {
    String name = config.getString(CONVERTER);
    try {
      return name == null
          ? Optional.empty()
          : Optional.of(converter(name, config.originalsWithPrefix(CONVERTER_PREFIX)));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(CONVERTER, name, e.getMessage());
    }
  }

  /**
   * @throws IllegalArgumentException if there is no such converter, or it does not take its
   *     settings; the message goes on after the key
   */
  static Converter converter(String name, Map<String, ?> settings) {
    // It also finds classes of other plugins that are converters.
    ClassLoader ofPlugin = OutcomeConfig.class.getClassLoader();
    try {
      Object made = Class.forName(name, true, ofPlugin).getDeclaredConstructor().newInstance();
      if (made instanceof Converter converter) {
        configure(converter, settings);
        return converter;
      }
      throw new IllegalArgumentException("is no converter of Kafka Connect: " + name);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IllegalArgumentException(
          "can't be made; write the full name of a converter's class that the worker or this plugin has: "
              + e,
          e);
    }
  }

  /** Converters find classes of their own by the thread's loader, as Connect lets them. */
  private static void configure(Converter converter, Map<String, ?> settings) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(converter.getClass().getClassLoader());
    try {
      converter.configure(settings, false);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "does not take its settings (" + CONVERTER_PREFIX + "*): " + e.getMessage(), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
