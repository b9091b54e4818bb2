/**
 * Reads commands from records, in every form that converters produce, and checks all that can be
 * checked without the server.
 */
package io.github.chirpconnect.sink.command;
