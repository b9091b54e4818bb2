/**
 * Spreads long-lived streams over as many connections as the server's limit of streams per
 * connection takes.
 */
package io.github.chirpconnect.channel.pool;
