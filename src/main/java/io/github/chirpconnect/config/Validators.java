package io.github.chirpconnect.config;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Shape;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** What values keys take. Each names what to write instead. */
final class Validators {
  private static final Pattern UUID =
      Pattern.compile(
          "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

  private static final Pattern BROKER = Pattern.compile("\\S+:([0-9]{1,5})");
  private static final int LARGEST_PORT = 65_535;

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

  private Validators() {}

  /**
   * A validator by a check that throws IllegalArgumentException, and the words the reference
   * describes it with.
   */
  static ConfigDef.Validator of(String description, Consumer<Object> check) {
    return ConfigDef.LambdaValidator.with(
        (name, value) -> {
          if (value == null) {
            return;
          }
          try {
            check.accept(value);
          } catch (IllegalArgumentException e) {
            throw new ConfigException(
                name, value instanceof Password ? "[hidden]" : value, e.getMessage());
          }
        },
        () -> description);
  }

  static ConfigDef.Validator endpoint() {
    return ConfigDef.LambdaValidator.with(
        (name, value) -> {
          if (value == null) {
            return; // Kafka says that it is missing.
          }
          try {
            Endpoint.parse((String) value);
          } catch (IllegalArgumentException e) {
            throw new ConfigException(name, Endpoint.shown((String) value), e.getMessage());
          }
        },
        () ->
            "host:port, grpc://host:port, grpcs://host:port, http://host:port or https://host:port");
  }

  /** As it is sent to the server, and as it is in its certificate. */
  static ConfigDef.Validator authority() {
    return of(
        "a host name, or host:port",
        value ->
            require(
                ((String) value).matches("[^\\s/@?#]+"),
                "write a host name, or host:port, without a scheme and a path"));
  }

  static ConfigDef.Validator share() {
    return of(
        "[0,...,1]",
        value ->
            // NaN is in no range.
            require(
                (Double) value >= 0 && (Double) value <= 1,
                "write a share from 0 to 1, such as 0.2"));
  }

  /**
   * An API key is one word, a JWT of three parts; anything else can't be one (a pasted {@code
   * Bearer } above all).
   */
  static ConfigDef.Validator token() {
    return of(
        "an API key as ChirpStack shows it once, without 'Bearer '",
        value -> Tokens.check(((Password) value).value()));
  }

  static ConfigDef.Validator oneOf(String... values) {
    return of(
        "one of " + String.join(", ", values),
        value ->
            require(List.of(values).contains(value), "write one of " + String.join(", ", values)));
  }

  static ConfigDef.Validator someOf(List<String> values) {
    return of(
        "one or more of " + String.join(", ", values),
        value -> {
          require(
              !((List<?>) value).isEmpty(), "name at least one of " + String.join(", ", values));
          chosenFrom(values, (List<?>) value);
        });
  }

  private static void requireNoneEmpty(List<?> given) {
    require(!given.contains(""), "has a comma with nothing before or after it; take it out");
  }

  private static void chosenFrom(List<String> values, List<?> given) {
    requireNoneEmpty(given);
    for (Object one : given) {
      require(
          values.contains(one),
          "'" + one + "' is not known; choose from " + String.join(", ", values));
      require(given.indexOf(one) == given.lastIndexOf(one), "'" + one + "' is named twice");
    }
  }

  /**
   * Fields of inventory feeds. Which fields a feed has is its schema's to say, see {@code
   * ConfigChecks.volatileFields}.
   */
  static ConfigDef.Validator feedFields() {
    return of(
        "<feed>.<field>, separated by commas; may be empty",
        value -> {
          for (Object one : (List<?>) value) {
            String text = (String) one;
            int dot = text.indexOf('.');
            boolean known =
                Feed.byId(text.substring(0, Math.max(0, dot)))
                    .filter(feed -> feed.shape() == Shape.INVENTORY)
                    .isPresent();
            require(
                known,
                "'"
                    + text
                    + "' names no inventory feed; write <feed>.<field>, such as devices.last_seen_at, with one of "
                    + Feed.of(Shape.INVENTORY).map(Feed::id).collect(Collectors.joining(", ")));
          }
        });
  }

  /** Ids of tenants and applications: UUIDs on v4, numbers on v3. */
  static ConfigDef.Validator ids() {
    return of(
        "ids as ChirpStack shows them, separated by commas",
        value -> {
          requireNoneEmpty((List<?>) value);
          for (Object id : (List<?>) value) {
            String text = (String) id;
            require(
                isUuid(text) || isNumber(text),
                "'"
                    + text
                    + "' is no id; write UUIDs such as 52f14cd4-c6f1-4fbd-8f87-4025e1d49242 (ChirpStack v3: numbers), separated by commas");
          }
        });
  }

  static boolean isUuid(String id) {
    return UUID.matcher(id).matches();
  }

  /** As v3's ids are: positive, of 63 bits. */
  static boolean isNumber(String id) {
    return NUMBER.matcher(id).matches();
  }

  /** Topic names of letters, digits, dots and dashes: Kafka refuses {@code _} beside {@code .}. */
  static ConfigDef.Validator topicPrefix() {
    return of(
        "lower-case letters, digits, '.' and '-', up to 150",
        value ->
            require(
                ((String) value).matches("[a-z0-9]([a-z0-9.-]{0,148}[a-z0-9])?")
                    && !((String) value).contains(".."),
                "write lower-case letters, digits, single dots and dashes, such as chirpstack or plant-1.chirpstack"));
  }

  static ConfigDef.Validator topic() {
    return of(
        "a Kafka topic name",
        value ->
            require(
                ((String) value).matches("[A-Za-z0-9._-]{1,249}")
                    && !((String) value).matches("\\.{1,2}"),
                "write letters, digits, '.', '_' and '-', up to 249"));
  }

  /** A name as Avro has them, or none. */
  static ConfigDef.Validator schemaName() {
    return of(
        "a name of letters, digits, '_' and '.', or empty",
        value ->
            require(
                ((String) value).matches("([A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*)?"),
                "write a name such as io.debezium.data.Json, or nothing"));
  }

  /** More of them is checked where they are read, see {@code ObjectColumns}. */
  static ConfigDef.Validator objectColumns() {
    return of(
        "<path>:<type> or <column>=<path>:<type>, separated by commas",
        value ->
            require(
                ((String) value).isEmpty() || ((String) value).contains(":"),
                "write <path>:<type>, such as temperature:float64"));
  }

  /** Kafka brokers. */
  static ConfigDef.Validator brokers() {
    return of(
        "host:port, separated by commas",
        value -> {
          requireNoneEmpty((List<?>) value);
          for (Object broker : (List<?>) value) {
            Matcher port = BROKER.matcher((String) broker);
            require(
                port.matches() && Integer.parseInt(port.group(1)) <= LARGEST_PORT,
                "'" + broker + "' is no broker; write host:port, separated by commas");
          }
        });
  }

  /** As {@code validator}, for a key whose default depends on the server. */
  static ConfigDef.Validator unsetOr(ConfigDef.Validator validator) {
    return new ConfigDef.Validator() {
      @Override
      public void ensureValid(String name, Object value) {
        if (value != null) {
          validator.ensureValid(name, value);
        }
      }

      @Override
      public String toString() {
        return validator.toString();
      }
    };
  }

  static ConfigDef.Validator nonBlank(String description) {
    return of(description, value -> require(!((String) value).isBlank(), "write " + description));
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
