/**
 * The port, as ChirpStack v4 (from 4.3) speaks it: gRPC, package {@code api}.
 *
 * <p>{@link io.github.chirpconnect.api.v4.ChirpStackV4} puts the parts together; {@code
 * ErrorClassifier} is the one place that says what a status means, {@code ProtoMapping} the one
 * place that reads messages.
 */
package io.github.chirpconnect.api.v4;
