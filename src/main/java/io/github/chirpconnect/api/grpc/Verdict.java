package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Subject;

/**
 * The meaning of a failure.
 *
 * @param subject what would have to change
 * @param sentence one sentence that an operator can act on
 */
public record Verdict(FailureKind kind, Subject subject, String sentence) {

  /**
   * @param text the server's or the transport's own words, shortened; may be empty
   */
  public static Verdict of(FailureKind kind, Operation operation, String sentence, String text) {
    return new Verdict(
        kind,
        operation.subject(),
        operation.subject()
            + ": "
            + sentence
            + (text.isEmpty() ? "" : " (" + TransportErrors.shorten(text) + ")"));
  }

  /** About the server as a whole. */
  public static Verdict ofServer(FailureKind kind, String sentence) {
    return new Verdict(kind, Subject.of(Subject.Type.SERVER), sentence);
  }

  /** About the API key. */
  public static Verdict ofToken(FailureKind kind, String sentence) {
    return new Verdict(kind, Subject.of(Subject.Type.TOKEN), sentence);
  }

  public ApiException exception(Throwable cause) {
    return new ApiException(kind, subject, sentence, cause);
  }
}
