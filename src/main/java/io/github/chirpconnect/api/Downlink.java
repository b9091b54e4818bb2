package io.github.chirpconnect.api;

import java.time.Instant;
import java.util.Objects;

/**
 * A downlink to be queued. Already checked: the port is 1-223, and exactly one of data and object
 * is set. For a multicast group there are only the port, data and a time of expiry: nobody
 * acknowledges it, and a group has no codec.
 *
 * @param data the payload; null if {@code objectJson} is set
 * @param objectJson a JSON object for the device's codec; null if {@code data} is set
 * @param expiresAt after this time the server drops the downlink unsent; null for never
 * @param encryptedFCntDown the frame counter for which the payload is already encrypted; null if
 *     the server encrypts
 * @param flushQueue empty the device's queue first
 */
public record Downlink(
    Target target,
    int fPort,
    boolean confirmed,
    byte[] data,
    String objectJson,
    Instant expiresAt,
    Long encryptedFCntDown,
    boolean flushQueue) {
  public Downlink {
    Objects.requireNonNull(target);
    if ((data == null) == (objectJson == null)) {
      throw new IllegalArgumentException("a downlink has either data or an object");
    }
    if (target.isGroup()
        && (confirmed || objectJson != null || encryptedFCntDown != null || flushQueue)) {
      throw new IllegalArgumentException("a downlink of a group has data, a port and an expiry");
    }
  }
}
