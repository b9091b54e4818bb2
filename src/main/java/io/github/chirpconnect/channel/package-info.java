/**
 * Authenticated gRPC channels to one ChirpStack, as source and sink share them: TLS, API key,
 * keep-alive, deadlines, reconnecting, and the spreading of streams over connections. Knows the
 * configuration alone; what a call means and what its failure means is known elsewhere.
 */
package io.github.chirpconnect.channel;
