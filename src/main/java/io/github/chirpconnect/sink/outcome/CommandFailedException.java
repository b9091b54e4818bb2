package io.github.chirpconnect.sink.outcome;

import org.apache.kafka.connect.errors.ConnectException;

/**
 * Why a command was not, or not certainly, carried out: what the errant record reporter is told,
 * and what a dead letter's {@code __connect.errors.exception.message} says.
 */
public final class CommandFailedException extends ConnectException {
  private static final long serialVersionUID = 1L;

  CommandFailedException(String reason) {
    super(reason);
  }
}
