package io.github.chirpconnect.api;

import java.time.Instant;

/**
 * What may have changed about a device since a downlink was queued.
 *
 * @param lastSeenAt null before the first uplink
 * @param deviceClass {@code CLASS_A}, {@code CLASS_B}, {@code CLASS_C}; null when the server does
 *     not tell. Only class A waits for an uplink before it takes an item off the queue
 */
public record DeviceState(Instant lastSeenAt, String deviceClass) {}
