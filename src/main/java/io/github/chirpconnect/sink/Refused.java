package io.github.chirpconnect.sink;

/** A command that can't be read. The message names the field and says what to write. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  Refused(String message) {
    super(message, null, false, false);
  }
}
