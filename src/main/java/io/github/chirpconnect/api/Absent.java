package io.github.chirpconnect.api;

/**
 * A tenant or application that the scope names by its id, and that does not exist or is not visible
 * to this API key.
 *
 * @param reason one sentence
 */
public record Absent(Subject subject, String reason) {}
