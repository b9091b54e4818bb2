/**
 * What the connectors cost beside a bare gRPC client that does the same against the same simulated
 * server: {@code mvn verify -Pbench}. All figures are ratios of medians of interleaved rounds,
 * since what a machine does in a second depends on who else is using it.
 */
package io.github.chirpconnect.bench;
