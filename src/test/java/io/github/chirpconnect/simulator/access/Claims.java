package io.github.chirpconnect.simulator.access;

/** What a call's authorization header said, once its signature was found to be good. */
public sealed interface Claims {
  /** The call came without the header. */
  record None() implements Claims {}

  /** A person who logged in; here always the server's administrator. */
  record User() implements Claims {}

  /** The holder of an API key, which may be gone. */
  record Key(String id) implements Claims {}
}
