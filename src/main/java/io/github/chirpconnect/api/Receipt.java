package io.github.chirpconnect.api;

/**
 * What the server gave in return for a queued downlink.
 *
 * @param queueItemId v4: the id that {@code txack} and {@code ack} events will name; null on v3
 * @param fCntDown v3: the frame counter, which the server may renumber; null on v4
 */
public record Receipt(String queueItemId, Long fCntDown) {}
