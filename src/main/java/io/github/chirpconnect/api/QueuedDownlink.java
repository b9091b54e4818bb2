package io.github.chirpconnect.api;

import java.time.Instant;

/**
 * An item of a device's downlink queue.
 *
 * @param id null on v3
 * @param pending sent, and waiting for the device's acknowledgement; always false on v3, which does
 *     not tell
 * @param expiresAt null for never
 */
public record QueuedDownlink(
    String id,
    int fPort,
    boolean confirmed,
    byte[] data,
    boolean pending,
    Long fCntDown,
    Instant expiresAt) {}
