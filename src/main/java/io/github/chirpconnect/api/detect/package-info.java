/**
 * Finds out which generation of server there is, and stands in for its adapter until it is known.
 * Internal to {@code api}; the one place besides {@link io.github.chirpconnect.api.ChirpStacks}
 * that knows both generations.
 */
package io.github.chirpconnect.api.detect;
