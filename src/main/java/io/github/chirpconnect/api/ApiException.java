package io.github.chirpconnect.api;

import java.util.Objects;

/** A failed call. The message is one sentence that an operator can act on. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Subject UNTOLD = Subject.other("");

  private final FailureKind kind;
  private final transient Subject subject;

  public ApiException(FailureKind kind, String message) {
    this(kind, message, null);
  }

  public ApiException(FailureKind kind, String message, Throwable cause) {
    this(kind, UNTOLD, message, cause);
  }

  public ApiException(FailureKind kind, Subject subject, String message, Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind);
    this.subject = Objects.requireNonNull(subject);
  }

  public FailureKind kind() {
    return kind;
  }

  /** What an operator would have to change, as far as that is known. */
  public Subject subject() {
    return subject == null ? UNTOLD : subject;
  }
}
