package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;

/**
 * What a failure means.
 *
 * @param sentence one sentence an operator can act on
 */
public record Verdict(FailureKind kind, String sentence) {

  /**
   * @param text the server's or the transport's own words, shortened; empty for none
   */
  public static Verdict of(FailureKind kind, Operation operation, String sentence, String text) {
    return new Verdict(
        kind,
        operation.subject()
            + ": "
            + sentence
            + (text.isEmpty() ? "" : " (" + ConnectionFailures.shorten(text) + ")"));
  }

  public ApiException exception(Throwable cause) {
    return new ApiException(kind, sentence, cause);
  }
}
