package io.github.chirpconnect.sink.command;

/** What a record was read as. */
public sealed interface ParsedRecord permits Command, InvalidCommand {

  /** The sender's own name for the command; null if it gave none. */
  String id();

  /** 16 lower-case hex digits; null if it could not be told. */
  String devEui();
}
