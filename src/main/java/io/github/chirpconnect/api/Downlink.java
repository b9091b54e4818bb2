package io.github.chirpconnect.api;

import java.time.Instant;
import java.util.Objects;

/**
 * A downlink to be queued. Already checked: the port is 1-223, exactly one of data and object is
 * set.
 *
 * @param devEui 16 lower-case hex digits
 * @param data the payload, or null when {@code objectJson} is for the device's codec
 * @param objectJson a JSON object, or null
 * @param expiresAt drop it unsent after this time; null for never
 * @param encryptedFCntDown the payload is encrypted already, with this frame counter; null when the
 *     server encrypts
 * @param flushQueue empty the device's queue first
 */
public record Downlink(
    String devEui,
    int fPort,
    boolean confirmed,
    byte[] data,
    String objectJson,
    Instant expiresAt,
    Long encryptedFCntDown,
    boolean flushQueue) {
  public Downlink {
    Objects.requireNonNull(devEui);
    if ((data == null) == (objectJson == null)) {
      throw new IllegalArgumentException("a downlink has either data or an object");
    }
  }
}
