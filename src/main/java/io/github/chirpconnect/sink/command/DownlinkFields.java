package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Target;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the downlink of a command. */
final class DownlinkFields {
  private static final long LARGEST_FRAME_COUNTER = 0xffff_ffffL;

  private final CommandFields fields;

  private DownlinkFields(CommandFields fields) {
    this.fields = fields;
  }

  /**
   * @param doubt gets warnings about what is accepted
   */
  static Downlink of(Target target, CommandFields fields, Consumer<String> doubt)
      throws InvalidField {
    DownlinkFields read = new DownlinkFields(fields);
    if (target.isGroup()) {
      read.requireFitForGroup();
    }
    int port = read.port();
    Payload payload = Payload.of(fields, doubt);
    return new Downlink(
        target,
        port,
        fields.flag("confirmed"),
        payload.data(),
        payload.object(),
        fields.moment("expires_at").orElse(null),
        read.frameCounter(),
        fields.flag("flush_queue"));
  }

  /** ChirpStack's call for a group has no such fields, so it would ignore them. */
  private void requireFitForGroup() throws InvalidField {
    if (fields.flag("confirmed")) {
      throw ofDevice("confirmed", "nobody acknowledges a multicast downlink; leave it out");
    }
    if (fields.flag("flush_queue")) {
      throw ofDevice("flush_queue", "before a multicast downlink, send the command flush");
    }
    if (fields.flag("is_encrypted")) {
      throw ofDevice("is_encrypted", "ChirpStack encrypts what goes to a group; leave it out");
    }
    if (fields.wholeNumber("f_cnt_down").orElse(0L) != 0) {
      throw ofDevice("f_cnt_down", "ChirpStack counts the frames of a group; leave it out");
    }
    if (Payload.field(fields).equals("object")) {
      throw ofDevice("object", "a multicast group has no codec; write data or data_hex");
    }
  }

  private static InvalidField ofDevice(String field, String why) {
    return new InvalidField(field + " is for a device: " + why);
  }

  private int port() throws InvalidField {
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
  private Long frameCounter() throws InvalidField {
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
