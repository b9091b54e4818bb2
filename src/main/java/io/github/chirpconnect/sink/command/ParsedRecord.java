package io.github.chirpconnect.sink.command;

/** The result of reading a record. */
public sealed interface ParsedRecord permits Command, InvalidCommand {

  /** The sender's own name for the command; null if it gave none. */
  String id();

  /** 16 lower-case hex digits; null if unknown. */
  String devEui();
}
