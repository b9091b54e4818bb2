/**
 * Authenticated gRPC channels to one ChirpStack, for source and sink: TLS, API key, keep-alive,
 * deadlines, reconnecting, and a pool of connections for streams. Does not know what calls and
 * their failures mean.
 */
package io.github.chirpconnect.channel;
