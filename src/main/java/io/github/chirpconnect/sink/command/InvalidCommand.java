package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Target;

/**
 * A record that is not a valid command.
 *
 * @param reason names the field and says what to write
 */
public record InvalidCommand(String reason, String id, Target target) implements ParsedRecord {}
