/**
 * What the generations' adapters have in common because both speak gRPC: calls and streams whose
 * ends are told without judging them, and what the connection itself says. Internal to {@code api};
 * knows nothing of any generation's messages or texts.
 */
package io.github.chirpconnect.api.grpc;
