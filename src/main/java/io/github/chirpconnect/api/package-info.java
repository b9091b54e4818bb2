/**
 * The port: what the connectors need from a ChirpStack server, in records of its own.
 *
 * <p>This package knows neither gRPC nor HTTP nor Kafka Connect. One sub-package per server
 * generation implements it; each turns the server's answers into the same records and the same
 * {@link io.github.chirpconnect.api.FailureKind kinds of failure}. What both share to speak gRPC is
 * in {@code api.grpc}; the generations do not know each other.
 */
package io.github.chirpconnect.api;
