/**
 * What a task knows of the server as a whole: whether it is there, and whether it accepts the API
 * key.
 */
package io.github.chirpconnect.source.server;
