package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Target;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads commands: ChirpStack's own MQTT {@code command/down} JSON of v4 and v3, the bodies of its
 * REST calls, and the same in snake_case; as JSON text, JSON bytes, Map or Struct.
 *
 * <p>Refuses all that ChirpStack would accept silently and then get wrong: ports that are cut to
 * eight bits, payloads that no frame can carry, an object beside a payload, numbers that a codec
 * would get changed, unknown fields.
 */
public final class CommandReader {
  private static final Logger LOG = LoggerFactory.getLogger(CommandReader.class);
  private static final Set<String> OF_A_FLUSH = Set.of("command", "dev_eui", "id");
  private static final long LARGEST_FRAME_COUNTER = 0xffff_ffffL;

  private final Consumer<String> log;
  private boolean saidDoubt;

  public CommandReader() {
    this(LOG::warn);
  }

  /**
   * @param log gets warnings about commands that are accepted
   */
  public CommandReader(Consumer<String> log) {
    this.log = log;
  }

  /** Reads a record. Invalid content gives an {@link InvalidCommand}, not an exception. */
  public ParsedRecord read(SinkRecord record) {
    String id = null;
    Target target = null;
    try {
      if (record.value() == null) {
        throw new InvalidField(
            "the record has no value; a command is a JSON object, a Struct or a Map");
      }
      Map<String, Object> given =
          RestBody.unwrapped(ConnectValues.fields("the value", record.value()));
      // Read first: the sender finds the outcome by its id, also when a field is refused.
      id = CommandFields.id(given);
      CommandFields fields = CommandFields.of(given, record.value() instanceof Struct);
      DeviceName device = DeviceName.of(fields, record);
      target = Target.device(device.devEui());
      return switch (fields.text("command").orElse("enqueue").toLowerCase(Locale.ROOT)) {
        case "enqueue" ->
            new Command.Enqueue(downlink(target, fields, record), id, device.advice());
        case "flush" -> flush(target, device.advice(), fields, id);
        default ->
            throw new InvalidField(
                "command is '" + fields.get("command") + "'; write enqueue or flush");
      };
    } catch (InvalidField e) {
      return new InvalidCommand(e.getMessage(), id, target);
    }
  }

  private static Command flush(Target target, String advice, CommandFields fields, String id)
      throws InvalidField {
    for (String name : fields.names()) {
      if (!OF_A_FLUSH.contains(name) && !fields.isEmpty(name)) {
        throw new InvalidField(
            "a flush takes no " + name + "; to empty the queue before a downlink use flush_queue");
      }
    }
    return new Command.Flush(target, id, advice);
  }

  private Downlink downlink(Target target, CommandFields fields, SinkRecord record)
      throws InvalidField {
    int port = port(fields);
    Payload payload = Payload.of(fields, doubt -> say(doubt, record));
    return new Downlink(
        target,
        port,
        fields.flag("confirmed"),
        payload.data(),
        payload.object(),
        fields.moment("expires_at").orElse(null),
        frameCounter(fields),
        fields.flag("flush_queue"));
  }

  /** Logs a warning once: a sender that causes it causes it with each command. */
  private void say(String doubt, SinkRecord record) {
    if (!saidDoubt) {
      saidDoubt = true;
      log.accept(
          "The command at "
              + record.originalTopic()
              + "-"
              + record.originalKafkaPartition()
              + "@"
              + record.originalKafkaOffset()
              + ": "
              + doubt
              + ". This task logs it once.");
    }
  }

  private static int port(CommandFields fields) throws InvalidField {
    Optional<Long> port = fields.wholeNumber("f_port");
    if (port.isEmpty()) {
      throw new InvalidField("f_port is missing; write the port the device expects, 1-223");
    }
    long number = port.get();
    if (number == 0) {
      throw new InvalidField("f_port is 0, which carries MAC commands; write 1-223");
    }
    if (number >= 224 && number <= 255) {
      throw new InvalidField(
          "f_port is " + number + ", and 224-255 are reserved by LoRaWAN; write 1-223");
    }
    if (number < 1 || number > 223) {
      throw new InvalidField("f_port is " + number + "; write 1-223");
    }
    return (int) number;
  }

  /** Without encryption a counter of 0 means absent. */
  private static Long frameCounter(CommandFields fields) throws InvalidField {
    Optional<Long> counter = fields.wholeNumber("f_cnt_down");
    if (!fields.flag("is_encrypted")) {
      if (counter.isPresent() && counter.get() != 0) {
        throw new InvalidField(
            "f_cnt_down belongs to an encrypted payload; write is_encrypted: true, or leave it out");
      }
      return null;
    }
    if (fields.has("object") && !"".equals(fields.get("object"))) {
      throw new InvalidField("is_encrypted goes with data, not with object: a codec can't encrypt");
    }
    if (counter.isEmpty()) {
      throw new InvalidField(
          "f_cnt_down is missing; an encrypted payload is valid for one frame counter only");
    }
    if (counter.get() < 0 || counter.get() > LARGEST_FRAME_COUNTER) {
      throw new InvalidField(
          "f_cnt_down is " + counter.get() + "; write 0-" + LARGEST_FRAME_COUNTER);
    }
    return counter.get();
  }
}
