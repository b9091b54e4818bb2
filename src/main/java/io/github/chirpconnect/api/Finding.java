package io.github.chirpconnect.api;

/**
 * The reason why no ChirpStack was reached at an address.
 *
 * @param certain whether this cannot be an outage, so that only another setting helps
 * @param sentence one sentence that an operator can act on
 */
public record Finding(boolean certain, String sentence) {}
