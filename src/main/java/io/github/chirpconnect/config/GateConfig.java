package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * When a command may be sent.
 *
 * @param ratePerSecond commands of the whole connector; 0: no limit
 * @param deviceRatePerMinute commands of one device; 0: no limit
 * @param deviceQueueMax downlinks in one device's queue; 0: no limit
 * @param rejectsIfFull whether a command for a full queue is refused; else it waits
 * @param window empty: at all times
 */
public record GateConfig(
    double ratePerSecond,
    int deviceRatePerMinute,
    int deviceQueueMax,
    boolean rejectsIfFull,
    Optional<DailyWindow> window) {
  public static final String RATE = "rate.limit.per.second";
  public static final String DEVICE_RATE = "device.rate.limit.per.minute";
  public static final String DEVICE_QUEUE_MAX = "device.queue.max";
  public static final String DEVICE_QUEUE_FULL = "device.queue.full";
  public static final String WINDOW = "command.window";

  static final String GROUP = "Gates";

  private static final double HIGHEST_RATE = 10_000;
  private static final String WAIT = "wait";
  private static final String REJECT = "reject";

  static ConfigDef define(ConfigDef def) {
    int order = 0;
    return def.define(
            RATE,
            Type.DOUBLE,
            0.0,
            Validators.of(
                "[0,...,10000]",
                value ->
                    Validators.require(
                        (Double) value >= 0 && (Double) value <= HIGHEST_RATE,
                        "write commands per second, such as 5 or 0.5; 0 for no limit")),
            MEDIUM,
            "How many commands the whole connector sends in a second; divided among its tasks as "
                + SinkConfig.MAX_IN_FLIGHT
                + " is. What was not used in the last second can be used at once. Commands that have to wait are sent later. 0: no limit.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Commands per second")
        .define(
            DEVICE_RATE,
            Type.INT,
            0,
            between(0, 10_000),
            MEDIUM,
            "How many commands one device, or one multicast group, is given within a minute. More of them wait. 0: no limit.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Commands per minute and device")
        .define(
            DEVICE_QUEUE_MAX,
            Type.INT,
            0,
            between(0, 10_000),
            MEDIUM,
            "How many downlinks may be in the queue of a device or multicast group, those of other clients included; "
                + DEVICE_QUEUE_FULL
                + " says what becomes of commands that would make it longer. The queue is read before a command is"
                + " sent, unless it is known to have room. 0: no limit, and ChirpStack has none.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Downlinks in a device's queue")
        .define(
            DEVICE_QUEUE_FULL,
            Type.STRING,
            REJECT,
            Validators.oneOf(WAIT, REJECT),
            MEDIUM,
            "What becomes of a command if the device's queue holds "
                + DEVICE_QUEUE_MAX
                + ". reject: it is refused. wait: it waits for room until it is too old, and the commits of its partition"
                + " wait with it.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "If a device's queue is full")
        .define(
            WINDOW,
            Type.STRING,
            null,
            Validators.of(DailyWindow.FORM, value -> DailyWindow.parse((String) value)),
            MEDIUM,
            "The time of day in which commands are sent: "
                + DailyWindow.FORM
                + ", or 22:00-06:00 for the night. At other times commands wait, and a command older than "
                + SinkConfig.COMMAND_MAX_AGE
                + " (10 minutes by default) expires: raise that if commands have to wait for the morning. Not set: at all times.",
            GROUP,
            ++order,
            ConfigDef.Width.MEDIUM,
            "Time of day for commands");
  }

  /**
   * What an operator may not expect; empty for nothing.
   *
   * @param maxAge of commands; empty: no limit
   */
  public Optional<String> warning(Optional<Duration> maxAge) {
    return window
        .filter(given -> maxAge.filter(age -> age.compareTo(given.closedFor()) < 0).isPresent())
        .map(
            given ->
                WINDOW
                    + " is closed for "
                    + given.closedFor().toMinutes()
                    + " minutes a day, but commands expire after "
                    + maxAge.get().toSeconds()
                    + " s: most of those that come while it is closed are never sent; raise "
                    + SinkConfig.COMMAND_MAX_AGE
                    + " if they have to wait");
  }

  static GateConfig of(AbstractConfig config) {
    return new GateConfig(
        config.getDouble(RATE),
        config.getInt(DEVICE_RATE),
        config.getInt(DEVICE_QUEUE_MAX),
        config.getString(DEVICE_QUEUE_FULL).equals(REJECT),
        Optional.ofNullable(config.getString(WINDOW)).map(DailyWindow::parse));
  }
}
