/**
 * Reads a server's JSON into Connect's structs: messages, their fields and the fields' types are
 * put together once ({@link io.github.chirpconnect.record.json.MessageMapping}), in {@code
 * record.schema}. Knows no other package.
 */
package io.github.chirpconnect.record.json;
