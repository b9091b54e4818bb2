/**
 * The port: what the connectors ask of a ChirpStack server, in the domain's own records.
 *
 * <p>Nothing here knows gRPC, HTTP or Kafka Connect. One sub-package per server generation
 * implements it; each turns what its generation says into the same records and the same {@link
 * io.github.chirpconnect.api.FailureKind kinds of failure}. What both need to speak gRPC is in
 * {@code api.grpc}; the generations do not know each other.
 */
package io.github.chirpconnect.api;
