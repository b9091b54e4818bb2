package io.github.chirpconnect.sink.command;

/**
 * A record that is not a valid command.
 *
 * @param reason names the field and says what to write
 */
public record InvalidCommand(String reason, String id, String devEui) implements ParsedRecord {}
