package io.github.chirpconnect.api;

/**
 * What is wrong at an address where no ChirpStack was reached.
 *
 * @param certain whether it can't be an outage: only another setting helps
 * @param sentence one that an operator can act on
 */
public record Finding(boolean certain, String sentence) {}
