package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Target;

/** A record without a value that the configuration passes over: nothing is sent or reported. */
public record IgnoredRecord() implements ParsedRecord {
  @Override
  public String id() {
    return null;
  }

  @Override
  public Target target() {
    return null;
  }
}
