package io.github.chirpconnect.api.v3;

import io.github.chirpconnect.api.grpc.Verdict;

/**
 * What the status of a failed call means: either it is clear, or the server has to be asked
 * something else first.
 */
sealed interface Judgement {

  record Clear(Verdict verdict) implements Judgement {}

  /** A dead key, somebody else's device and a device that is gone look the same. */
  record AskAccess() implements Judgement {}
}
