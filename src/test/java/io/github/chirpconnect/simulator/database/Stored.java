package io.github.chirpconnect.simulator.database;

import com.google.protobuf.Timestamp;

/** A row with the times that the server keeps of it. */
public record Stored<T>(T value, Timestamp createdAt, Timestamp updatedAt) {}
