/**
 * The port, as ChirpStack v3 (the Application Server) speaks it: gRPC, package {@code api}.
 *
 * <p>{@link io.github.chirpconnect.api.v3.ChirpStackV3} puts the parts together; {@code Failures}
 * is the one place that says what a status means, {@code Wire} the one place that reads messages,
 * {@code EventForm}, {@code RadioForm} and {@code FrameForm} bring what v3 logs into v4's form.
 */
package io.github.chirpconnect.api.v3;
