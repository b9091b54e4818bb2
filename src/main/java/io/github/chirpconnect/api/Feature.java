package io.github.chirpconnect.api;

/** Parts of a downlink that an older server does not know and silently ignores. */
public enum Feature {
  /** {@link Downlink#expiresAt()}: v4 from 4.10. */
  EXPIRES_AT("expires_at", "4.10"),
  /** {@link Downlink#flushQueue()}: v4 from 4.15. */
  FLUSH_QUEUE("flush_queue", "4.15"),
  /** {@link Downlink#encryptedFCntDown()}: v4 from 4.6. */
  ENCRYPTED("is_encrypted", "4.6");

  private final String field;
  private final String since;

  Feature(String field, String since) {
    this.field = field;
    this.since = since;
  }

  /** The command's field that uses it. */
  public String field() {
    return field;
  }

  /** The first ChirpStack version that has it. */
  public String since() {
    return since;
  }
}
