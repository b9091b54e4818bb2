package io.github.chirpconnect.sink.outcome;

import org.apache.kafka.connect.errors.ConnectException;

/**
 * The reason why a command was not carried out, or not certainly. Given to the errant record
 * reporter; its message is a dead letter's {@code __connect.errors.exception.message}.
 */
public final class CommandFailedException extends ConnectException {
  private static final long serialVersionUID = 1L;

  CommandFailedException(String reason) {
    super(reason);
  }
}
