package io.github.chirpconnect.sink.doubt;

/**
 * Finds out whether a command was queued whose call was lost: it passed its deadline, or the
 * connection broke. Belongs to the task thread.
 */
public interface LostCall {
  /** How long such a call may still wait in a busy server: almost three seconds were measured. */
  long SETTLE_MS = 3_000;

  /** What to ask next. The same question again until it is answered. */
  Question<?> next();
}
