package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.connect.storage.Converter;

/** Configuration of the sink connector and its tasks. */
public final class SinkConfig extends AbstractConfig {
  public static final String MAX_IN_FLIGHT = "max.in.flight";
  public static final String COMMAND_MAX_AGE = "command.max.age.ms";
  public static final String RETRY_TIMEOUT = "retry.timeout.ms";
  public static final String IN_DOUBT = "in.doubt";
  public static final String TOMBSTONE = "tombstone";

  /** Connect's own key: what to do with an invalid record if there is no reporter. */
  public static final String ERRORS_TOLERANCE = "errors.tolerance";

  /** Set by the connector: how many tasks share {@link #MAX_IN_FLIGHT}. */
  public static final String TASK_COUNT = "internal.task.count";

  /** Set by the connector: the index of the task. */
  public static final String TASK_INDEX = "internal.task.index";

  private static final String GROUP = "Sink";

  /** What users configure. */
  public static final ConfigDef DEF = define(ConnectionConfig.defineWriting(new ConfigDef()));

  private static final ConfigDef TASK_DEF =
      define(ConnectionConfig.defineWriting(new ConfigDef()))
          .defineInternal(TASK_INDEX, Type.INT, 0, LOW)
          .defineInternal(TASK_COUNT, Type.INT, 1, LOW);

  /** What to do with a command whose Enqueue may or may not have taken effect. */
  public enum InDoubt {
    /** Read the device's queue; if that does not show the outcome, do not send again. */
    INSPECT,
    /** Send again: at least once. */
    RESEND,
    /** Do not send again: at most once. */
    DROP
  }

  /** What a record without a value means. */
  public enum Tombstone {
    /** It is no command, as any other record that is none. */
    REJECT,
    /** It empties the queue of the target that its key or header names. */
    FLUSH,
    /** Nothing: its offset is committed. */
    IGNORE
  }

  private final ConnectionConfig connection;
  private final OutcomeConfig outcomes;
  private final GateConfig gates;

  public SinkConfig(Map<String, String> properties) {
    super(TASK_DEF, properties, false);
    this.connection = ConnectionConfig.of(this);
    this.gates = GateConfig.of(this);
    this.outcomes = OutcomeConfig.of(this);
  }

  private static ConfigDef define(ConfigDef def) {
    int order = 0;
    def.define(
            MAX_IN_FLIGHT,
            Type.INT,
            8,
            between(1, 1000),
            MEDIUM,
            "Calls in flight of the whole connector, divided among its tasks: with "
                + OutcomeConfig.TOPIC
                + " among those that can have partitions. The server's database"
                + " has 4 to 10 connections, which the server also needs for the network.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Calls in flight")
        .define(
            COMMAND_MAX_AGE,
            Type.LONG,
            600_000L,
            atLeast(-1),
            MEDIUM,
            "A command in a record older than this is refused, so that a replayed or long unread"
                + " topic sends no old commands. -1: no limit.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Largest age of a command (ms)")
        .define(
            RETRY_TIMEOUT,
            Type.LONG,
            300_000L,
            between(1_000, 86_400_000),
            MEDIUM,
            "How long a command is retried while the server does not answer. Then the task fails; it skips no command.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Retry timeout (ms)")
        .define(
            IN_DOUBT,
            Type.STRING,
            "inspect",
            Validators.oneOf("inspect", "resend", "drop"),
            MEDIUM,
            "What to do with a command that may or may not be queued, since its call was lost."
                + " inspect: read the device's queue; if that does not show the outcome, report the command"
                + " as unknown and do not send it again. resend: send it again, perhaps twice. drop: report"
                + " it as unknown.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Commands in doubt")
        .define(
            TOMBSTONE,
            Type.STRING,
            "reject",
            Validators.oneOf("reject", "flush", "ignore"),
            LOW,
            "What a record without a value means (a tombstone). reject: it is an invalid command. flush: it"
                + " empties the queue of the device or multicast group that its key or header names. ignore:"
                + " nothing, and it has no outcome.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Records without a value");
    return GateConfig.define(OutcomeConfig.define(def));
  }

  public ConnectionConfig connection() {
    return connection;
  }

  /** When commands may be sent. */
  public GateConfig gates() {
    return gates;
  }

  /** Calls that the whole connector may have in flight. */
  public int maxInFlight() {
    return getInt(MAX_IN_FLIGHT);
  }

  /** The connector's name: a key of Connect's own, which reaches a task with all others. */
  public String connectorName() {
    return String.valueOf(originals().getOrDefault("name", ""));
  }

  /** Which of {@link #taskCount} tasks this is, from 0. */
  public int taskIndex() {
    return getInt(TASK_INDEX);
  }

  public int taskCount() {
    return getInt(TASK_COUNT);
  }

  /** Which commands the connector's consumers read: keys of Connect's own. */
  public Subscription subscription() {
    return Subscription.of(originalsStrings());
  }

  /** Empty: no limit. */
  public Optional<Duration> commandMaxAge() {
    long millis = getLong(COMMAND_MAX_AGE);
    return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }

  public Duration retryTimeout() {
    return Duration.ofMillis(getLong(RETRY_TIMEOUT));
  }

  public InDoubt inDoubt() {
    return InDoubt.valueOf(getString(IN_DOUBT).toUpperCase(Locale.ROOT));
  }

  public Tombstone tombstone() {
    return Tombstone.valueOf(getString(TOMBSTONE).toUpperCase(Locale.ROOT));
  }

  public OutcomeConfig outcomes() {
    return outcomes;
  }

  /** Makes the converter of outcomes' values; empty if they are JSON without a schema. */
  public Optional<Converter> outcomeConverter() {
    return OutcomeConfig.converter(this);
  }

  public boolean toleratesErrors() {
    return "all"
        .equalsIgnoreCase(String.valueOf(originals().getOrDefault(ERRORS_TOLERANCE, "none")));
  }

  public boolean validateConnection() {
    return getBoolean(ConnectionConfig.VALIDATE_CONNECTION);
  }
}
