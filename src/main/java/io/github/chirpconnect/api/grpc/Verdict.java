package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Subject;

/**
 * What a failure means.
 *
 * @param subject what would have to change
 * @param sentence one sentence an operator can act on
 */
public record Verdict(FailureKind kind, Subject subject, String sentence) {

  /**
   * @param text the server's or the transport's own words, shortened; empty for none
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

  /** Of the server as a whole. */
  public static Verdict ofServer(FailureKind kind, String sentence) {
    return new Verdict(kind, Subject.of(Subject.Type.SERVER), sentence);
  }

  /** Of the API key. */
  public static Verdict ofToken(FailureKind kind, String sentence) {
    return new Verdict(kind, Subject.of(Subject.Type.TOKEN), sentence);
  }

  public ApiException exception(Throwable cause) {
    return new ApiException(kind, subject, sentence, cause);
  }
}
