package io.github.chirpconnect.simulator;

import com.google.protobuf.Timestamp;

/** A row with the times that the server keeps of it. */
record Stored<T>(T value, Timestamp createdAt, Timestamp updatedAt) {}
