package io.github.chirpconnect.api;

import java.time.Instant;

/**
 * An item of a downlink queue. A multicast group's queue has one item for each frame counter.
 *
 * @param id null on v3, and for a multicast group
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
