package io.github.chirpconnect.api;

import java.time.Instant;

/**
 * What may have changed about a device since a downlink was queued.
 *
 * @param lastSeenAt null before the first uplink
 * @param deviceClass {@code CLASS_A}, {@code CLASS_B}, {@code CLASS_C}; null if the server does not
 *     tell. Only for class A does an item stay in the queue until an uplink
 */
public record DeviceState(Instant lastSeenAt, String deviceClass) {}
