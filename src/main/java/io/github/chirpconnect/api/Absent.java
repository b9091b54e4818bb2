package io.github.chirpconnect.api;

/**
 * A tenant or application that was asked for by its id and is not there, or not for this API key.
 *
 * @param reason one sentence
 */
public record Absent(Subject subject, String reason) {}
