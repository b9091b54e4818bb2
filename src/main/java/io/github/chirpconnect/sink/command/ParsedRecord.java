package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Target;

/** The result of reading a record. */
public sealed interface ParsedRecord permits Command, InvalidCommand, IgnoredRecord {

  /** The sender's own name for the command; null if it gave none. */
  String id();

  /** Whom the command is for; null if unknown. */
  Target target();
}
