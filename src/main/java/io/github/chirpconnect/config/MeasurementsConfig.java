package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Which values become rows of the feed measurements.
 *
 * @param values selects names of a codec's values
 * @param own selects names of the connector's own: signal and battery
 * @param max the largest number of rows of a codec's values per uplink
 */
public record MeasurementsConfig(Predicate<String> values, Predicate<String> own, int max) {
  public static final String INCLUDE = "measurements.include";
  public static final String EXCLUDE = "measurements.exclude";
  public static final String MAX = "measurements.max";
  public static final String RADIO = "measurements.radio";

  private static final String GROUP = "Measurements";
  private static final String PATTERNS =
      "names with * for any text and ? for one character, separated by commas";

  static ConfigDef define(ConfigDef def) {
    int order = 0;
    return def.define(
            INCLUDE,
            Type.LIST,
            List.of("*"),
            Validators.of(
                PATTERNS,
                value -> {
                  Validators.require(
                      !((List<?>) value).isEmpty(), "name at least one pattern; * stands for all");
                  patterns((List<?>) value);
                  for (Object pattern : (List<?>) value) {
                    Validators.require(
                        !((String) pattern).startsWith(NamePattern.OWN),
                        "'"
                            + pattern
                            + "' is no name of a codec's value; signal and battery are switched on by "
                            + RADIO);
                  }
                }),
            MEDIUM,
            "For the feed measurements: names of the values in object that become records, such as temperature, status.* or cells[*].voltage; * stands for any"
                + " text, ? for one character. docs/records.md says how names are made.",
            GROUP,
            ++order,
            ConfigDef.Width.LONG,
            "Measurements")
        .define(
            EXCLUDE,
            Type.LIST,
            List.of(),
            Validators.of(PATTERNS + "; may be empty", value -> patterns((List<?>) value)),
            MEDIUM,
            "For the feed measurements: names that become no records though "
                + INCLUDE
                + " has them, in the same form; also those of "
                + RADIO
                + ", such as @snr.",
            GROUP,
            ++order,
            ConfigDef.Width.LONG,
            "Except")
        .define(
            MAX,
            Type.INT,
            100,
            between(1, 10_000),
            LOW,
            "For the feed measurements: how many records the object of one uplink may become. Of more, the first by their places in object remain, where keys are"
                + " sorted; the metric measurements-left-out-total counts the others.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Values of an uplink")
        .define(
            RADIO,
            Type.BOOLEAN,
            false,
            MEDIUM,
            "For the feed measurements: whether there are records of the signal too, @rssi and @snr of the best reception of each uplink, and of the events status: "
                + "@battery, in per cent, @external_power and @margin. No value of a codec has a name with an @.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Signal and battery");
  }

  static MeasurementsConfig of(AbstractConfig config) {
    Predicate<String> unwanted = anyOf(config.getList(EXCLUDE));
    return new MeasurementsConfig(
        anyOf(config.getList(INCLUDE)).and(unwanted.negate()),
        config.getBoolean(RADIO) ? unwanted.negate() : name -> false,
        config.getInt(MAX));
  }

  private static Predicate<String> anyOf(List<String> patterns) {
    List<NamePattern> parsed = patterns(patterns);
    return name -> parsed.stream().anyMatch(pattern -> pattern.matches(name));
  }

  private static List<NamePattern> patterns(List<?> texts) {
    return texts.stream().map(text -> NamePattern.parse((String) text)).toList();
  }
}
