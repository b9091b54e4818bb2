/**
 * The port for ChirpStack v4 (from 4.3): gRPC, package {@code api}.
 *
 * <p>{@link io.github.chirpconnect.api.v4.ChirpStackV4} puts the parts together. Only {@code
 * ErrorClassifier} interprets a status, only {@code ProtoMapping} reads messages.
 */
package io.github.chirpconnect.api.v4;
