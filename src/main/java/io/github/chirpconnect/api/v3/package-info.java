/**
 * The port for ChirpStack v3 (the Application Server): gRPC, package {@code api}.
 *
 * <p>{@link io.github.chirpconnect.api.v3.ChirpStackV3} puts the parts together. Only {@code
 * ErrorClassifier} interprets a status, only {@code ProtoMapping} reads messages; {@code
 * EventToV4}, {@code RadioToV4} and {@code FramesToV4} convert v3's logs to v4's form.
 */
package io.github.chirpconnect.api.v3;
