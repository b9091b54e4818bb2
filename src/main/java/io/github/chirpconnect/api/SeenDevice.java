package io.github.chirpconnect.api;

import java.time.Instant;

/**
 * A device in the order in which devices were seen.
 *
 * @param lastSeenAt by the server; null if never
 */
public record SeenDevice(String devEui, Instant lastSeenAt) {}
