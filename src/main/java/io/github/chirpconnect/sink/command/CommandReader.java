package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.config.SinkConfig.Tombstone;
import java.util.Locale;
import java.util.Map;
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
 * would get changed, fields that mean nothing to a multicast group, unknown fields.
 */
public final class CommandReader {
  private static final Logger LOG = LoggerFactory.getLogger(CommandReader.class);
  private static final Set<String> OF_A_FLUSH =
      Set.of("command", TargetName.DEVICE, TargetName.GROUP, "id");

  private final Tombstone tombstone;
  private final Consumer<String> log;
  private boolean saidDoubt;

  /**
   * @param tombstone what a record without a value means
   */
  public CommandReader(Tombstone tombstone) {
    this(tombstone, LOG::warn);
  }

  /**
   * @param log gets warnings about commands that are accepted
   */
  public CommandReader(Tombstone tombstone, Consumer<String> log) {
    this.tombstone = tombstone;
    this.log = log;
  }

  /** Reads a record. Invalid content gives an {@link InvalidCommand}, not an exception. */
  public ParsedRecord read(SinkRecord record) {
    if (record.value() == null && tombstone == Tombstone.IGNORE) {
      return new IgnoredRecord();
    }
    String id = null;
    Target target = null;
    try {
      RestBody body =
          record.value() == null
              ? ofTombstone()
              : RestBody.of(ConnectValues.fields("the value", record.value()));
      // Read first: the sender finds the outcome by its id, also when a field is refused.
      id = CommandFields.id(body.fields());
      CommandFields fields = CommandFields.of(body.fields(), record.value() instanceof Struct);
      TargetName name = TargetName.of(fields, body, record);
      target = name.target();
      return switch (fields.text("command").orElse("enqueue").toLowerCase(Locale.ROOT)) {
        case "enqueue" ->
            new Command.Enqueue(
                DownlinkFields.of(target, fields, doubt -> say(doubt, record)), id, name.advice());
        case "flush" -> flush(name, fields, id);
        default ->
            throw new InvalidField(
                "command is '" + fields.get("command") + "'; write enqueue or flush");
      };
    } catch (InvalidField e) {
      return new InvalidCommand(e.getMessage(), id, target);
    }
  }

  private RestBody ofTombstone() throws InvalidField {
    if (tombstone == Tombstone.FLUSH) {
      return new RestBody(Map.of("command", "flush"), null);
    }
    throw new InvalidField(
        "the record has no value; a command is a JSON object, a Struct or a Map (the connector's key tombstone"
            + " can be ignore, or flush to empty the queue)");
  }

  private static Command flush(TargetName name, CommandFields fields, String id)
      throws InvalidField {
    for (String field : fields.names()) {
      if (!OF_A_FLUSH.contains(field) && !fields.isEmpty(field)) {
        throw new InvalidField(
            "a flush takes no "
                + field
                + (name.target().isGroup()
                    ? "; to empty the queue before a downlink, send a flush before it"
                    : "; to empty the queue before a downlink use flush_queue"));
      }
    }
    return new Command.Flush(name.target(), id, name.advice());
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
}
