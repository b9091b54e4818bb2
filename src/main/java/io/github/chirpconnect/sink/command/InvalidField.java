package io.github.chirpconnect.sink.command;

/** A command that can't be read. The message names the field and says what to write. */
final class InvalidField extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidField(String message) {
    super(message, null, false, false);
  }
}
