/**
 * The engine for data that a server streams: a bounded number of streams, and what is new in each
 * replay.
 */
package io.github.chirpconnect.source.log;
