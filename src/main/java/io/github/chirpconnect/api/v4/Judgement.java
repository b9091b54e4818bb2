package io.github.chirpconnect.api.v4;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.grpc.Verdict;

/**
 * What the status of a failed call means: either it is clear, or the server has to be asked
 * something else first.
 */
sealed interface Judgement {

  /**
   * @param sentence one sentence an operator can act on
   */
  record Clear(FailureKind kind, String sentence) implements Judgement {
    static Clear of(Verdict verdict) {
      return new Clear(verdict.kind(), verdict.sentence());
    }

    ApiException exception(Throwable cause) {
      return new ApiException(kind, sentence, cause);
    }
  }

  /**
   * UNAUTHENTICATED: a dead key, a key that may only read, somebody else's device and a device that
   * is gone look the same.
   */
  record AskAccess() implements Judgement {}

  /**
   * INTERNAL for a command whose codec ran: an error of the script, or an outage.
   *
   * @param ifCodec when the server is well otherwise
   * @param ifOutage when it is not
   */
  record AskCodec(Clear ifCodec, Clear ifOutage) implements Judgement {}
}
