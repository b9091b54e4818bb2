/** A broker, and its topics to write and to read. */
package io.github.chirpconnect.harness.kafka;
