package io.github.chirpconnect.common;

import java.util.concurrent.CompletionException;

/** What a completion stage failed with. */
public final class StageFailure {
  private StageFailure() {}

  /** The failure out of the wrapping that a dependent stage puts around it. */
  public static Throwable cause(Throwable e) {
    return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
  }
}
