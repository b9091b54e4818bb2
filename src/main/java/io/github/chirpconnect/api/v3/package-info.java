/**
 * The port, as ChirpStack v3 (the Application Server) speaks it: gRPC, package {@code api}.
 *
 * <p>{@link io.github.chirpconnect.api.v3.ChirpStackV3} puts the parts together; {@code
 * ErrorClassifier} is the one place that says what a status means, {@code ProtoMapping} the one
 * place that reads messages, {@code EventToV4}, {@code RadioToV4} and {@code FramesToV4} bring what
 * v3 logs into v4's form.
 */
package io.github.chirpconnect.api.v3;
