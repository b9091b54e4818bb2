/**
 * What a task knows about the server as a whole: whether it answers, and whether it accepts the API
 * key.
 */
package io.github.chirpconnect.source.server;
