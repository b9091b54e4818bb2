package io.github.chirpconnect.api;

import java.util.Objects;

/**
 * A call that ChirpStack did not answer with success. The message is one sentence that an operator
 * can act on.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final FailureKind kind;

  public ApiException(FailureKind kind, String message) {
    this(kind, message, null);
  }

  public ApiException(FailureKind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind);
  }

  public FailureKind kind() {
    return kind;
  }
}
