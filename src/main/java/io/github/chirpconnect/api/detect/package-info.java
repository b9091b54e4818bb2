/**
 * Detects a server's generation, and stands in for its adapter until it is known. Internal to
 * {@code api}. Besides {@link io.github.chirpconnect.api.ChirpStacks} only this package knows both
 * generations.
 */
package io.github.chirpconnect.api.detect;
