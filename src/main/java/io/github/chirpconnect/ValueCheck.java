package io.github.chirpconnect;

import io.github.chirpconnect.config.ConfigChecks;
import io.github.chirpconnect.config.KeyedConfigException;
import io.github.chirpconnect.config.ValueConfig;
import io.github.chirpconnect.record.format.ValueFormat;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.Config;

/** Checks the columns of flat records: which there are already is the records' to know. */
final class ValueCheck {
  private ValueCheck() {}

  /** Adds an error to the key of the columns where one of them is none, or is there already. */
  static void check(Config config) {
    Map<String, Object> values = ConfigChecks.values(config);
    if (values.get(ValueConfig.FORMAT) instanceof String format
        && values.get(ValueConfig.OBJECT_COLUMNS) instanceof String columns) {
      problem(format, columns)
          .ifPresent(sentence -> ConfigChecks.error(config, ValueConfig.OBJECT_COLUMNS, sentence));
    }
  }

  /**
   * @throws KeyedConfigException where one of the columns is none, or is there already
   */
  static void check(ValueConfig config) {
    problem(config.format(), config.objectColumns())
        .ifPresent(
            sentence -> {
              throw new KeyedConfigException(ValueConfig.OBJECT_COLUMNS, sentence);
            });
  }

  private static Optional<String> problem(String format, String columns) {
    if (!format.equals(ValueConfig.FLAT)) {
      return Optional.empty();
    }
    try {
      ValueFormat.named(format, "", columns);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }
}
