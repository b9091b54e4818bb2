package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Target;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Whom a command is for: {@code dev_eui} or {@code multicast_group_id} in the value; else the
 * record's key; else the header {@code chirpstack.dev_eui} or {@code
 * chirpstack.multicast_group_id}. If several of them name a target, they must name the same one: no
 * precedence could tell which is wrong.
 *
 * @param advice if the name may be meant as something else: where it was found and how to name
 *     another target; else null
 */
record TargetName(Target target, String advice) {
  static final String DEVICE = "dev_eui";
  static final String GROUP = "multicast_group_id";

  private static final String HEADERS = "chirpstack.";
  private static final String THE_KEY = "the record's key";

  /** A target, and what names it. */
  private record Named(String where, Target target) {}

  /**
   * @param body the REST body that the command came in, which may be for one kind of target alone
   */
  static TargetName of(CommandFields fields, RestBody body, SinkRecord record) throws InvalidField {
    List<Named> names = new ArrayList<>();
    Target ofValue = only(fields.get(DEVICE), fields.get(GROUP), "");
    if (ofValue != null) {
      names.add(new Named(ofValue.isGroup() ? GROUP : DEVICE, ofValue));
    }
    KeyName key = KeyName.of(record.key());
    if (key.target() != null && !key.isLoose()) {
      names.add(new Named(THE_KEY, key.target()));
    }
    for (String field : List.of(DEVICE, GROUP)) {
      Iterator<Header> headers = record.headers().allWithName(HEADERS + field);
      while (headers.hasNext()) {
        Named named = ofHeader(field, headers.next(), names);
        if (named != null) {
          names.add(named);
        }
      }
    }
    if (names.isEmpty() && key.target() != null) {
      names.add(new Named(THE_KEY, key.target()));
    }
    if (names.isEmpty()) {
      throw new InvalidField(
          "dev_eui is missing, or multicast_group_id for a multicast group; write it into the value, the record's"
              + " key or the header chirpstack.dev_eui or chirpstack.multicast_group_id");
    }
    Named found = names.get(0);
    for (Named other : names) {
      requireSame(found, other, key);
    }
    body.requireKind(found.where(), found.target());
    return new TargetName(found.target(), found.where().equals(THE_KEY) ? key.advice() : null);
  }

  private static void requireSame(Named found, Named other, KeyName key) throws InvalidField {
    if (!other.target().equals(found.target())) {
      boolean ofKey = found.where().equals(THE_KEY) || other.where().equals(THE_KEY);
      throw new InvalidField(
          other.where()
              + " says "
              + other.target()
              + ", but "
              + found.where()
              + " says "
              + found.target()
              + "; one of them is wrong"
              + (ofKey ? key.hint() : ""));
    }
  }

  /**
   * The target that two fields of one place name; null for none.
   *
   * @param place ends the fields' names in messages
   */
  static Target only(Object devEui, Object groupId, String place) throws InvalidField {
    if (devEui != null && groupId != null) {
      throw new InvalidField(
          DEVICE
              + " and "
              + GROUP
              + place
              + " name two targets; write one of them, for a device or for a multicast group");
    }
    if (devEui != null) {
      return target(DEVICE, DEVICE + place, devEui);
    }
    return groupId == null ? null : target(GROUP, GROUP + place, groupId);
  }

  /**
   * @param names what value and key name, beside which a header that is not text is ignored
   */
  private static Named ofHeader(String field, Header header, List<Named> names)
      throws InvalidField {
    String text = KeyName.text(header.value());
    if (header.value() == null || "".equals(text)) {
      return null;
    }
    String where = "the header " + HEADERS + field;
    if (text != null) {
      return new Named(where, target(field, where, text));
    }
    if (!names.isEmpty()) {
      return null;
    }
    // Connect's default header converter reads 00000000000001e2 as the number 100; the text cannot
    // be recovered.
    throw new InvalidField(
        where
            + " came as "
            + (header.schema() == null
                ? ConnectValues.kind(header.value())
                : header.schema().type())
            + ", so its digits may be lost; set header.converter=org.apache.kafka.connect.storage.StringConverter");
  }

  private static Target target(String field, String where, Object value) throws InvalidField {
    boolean group = field.equals(GROUP);
    String form = group ? "a UUID" : "16 hex digits";
    if (value instanceof Number) {
      throw new InvalidField(
          where
              + " is a number"
              + (group ? "" : ", which has lost its leading zeros")
              + "; write "
              + form
              + " as text");
    }
    if (!(value instanceof String text)) {
      throw new InvalidField(
          where + " is a " + ConnectValues.kind(value) + "; write " + form + " as text");
    }
    return (group ? Uuids.parse(text).map(Target::group) : DevEuis.parse(text).map(Target::device))
        .orElseThrow(() -> new InvalidField(where + " is '" + text + "'; write " + form));
  }
}
