package io.github.chirpconnect.api;

import java.util.Objects;

/**
 * Who gets a downlink.
 *
 * @param id a device's EUI, 16 lower-case hex digits; or a multicast group's id, a UUID in lower
 *     case
 */
public record Target(Kind kind, String id) {
  /** What a downlink can be sent to. */
  public enum Kind {
    DEVICE("device"),
    MULTICAST_GROUP("multicast group");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** As in messages. */
    public String text() {
      return text;
    }
  }

  public Target {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(id);
  }

  public static Target device(String devEui) {
    return new Target(Kind.DEVICE, devEui);
  }

  public static Target group(String multicastGroupId) {
    return new Target(Kind.MULTICAST_GROUP, multicastGroupId);
  }

  public boolean isGroup() {
    return kind == Kind.MULTICAST_GROUP;
  }

  // Written by hand, since targets are map keys for each command: a record's own methods cost
  // several times as much.

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Target target && kind == target.kind && id.equals(target.id));
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** As in messages: {@code device 0102030405060708}. */
  @Override
  public String toString() {
    return kind.text() + " " + id;
  }
}
