package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.storage.Converter;

/**
 * The converter of outcomes' values. Connect itself makes converters for what it reads and writes;
 * outcomes are written by the task.
 */
public final class OutcomeConverter {
  public static final String CONVERTER = "outcome.value.converter";
  public static final String PREFIX = CONVERTER + ".";

  private static final Pattern CLASS = Pattern.compile("[\\w$]+(\\.[\\w$]+)+");

  private OutcomeConverter() {}

  static ConfigDef define(ConfigDef def, String group, int order) {
    return def.define(
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
            + PREFIX
            + ", such as "
            + PREFIX
            + "schema.registry.url. It is one that the worker has, or that is in this plugin's directory. Without it, outcomes are JSON"
            + " without a schema.",
        group,
        order,
        ConfigDef.Width.LONG,
        "Converter of outcomes");
  }

  /**
   * Makes the converter; empty if outcomes are JSON.
   *
   * @throws ConfigException if it can't be made
   */
  static Optional<Converter> of(AbstractConfig config) {
    String name = config.getString(CONVERTER);
    try {
      return name == null
          ? Optional.empty()
          : Optional.of(make(name, config.originalsWithPrefix(PREFIX)));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(CONVERTER, name, e.getMessage());
    }
  }

  /**
   * @throws IllegalArgumentException if there is no such converter, or it does not take its
   *     settings; the message goes on after the key
   */
  static Converter make(String name, Map<String, ?> settings) {
    // It also finds classes of other plugins that are converters.
    ClassLoader ofPlugin = OutcomeConverter.class.getClassLoader();
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
          "does not take its settings (" + PREFIX + "*): " + e.getMessage(), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
