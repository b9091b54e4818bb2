package io.github.chirpconnect.api;

/**
 * A tenant or application that was asked for by its id and is not there, or not for this API key.
 *
 * @param reason one sentence
 */
public record Absent(Kind kind, String id, String reason) {
  /** What it is; in v3 tenants are organizations. */
  public enum Kind {
    TENANT,
    APPLICATION
  }
}
