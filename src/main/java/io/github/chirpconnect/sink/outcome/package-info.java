/**
 * What became of each command: reports failures to the errant record reporter, writes outcomes to
 * the outcome topic, and offers the offsets of finished commands for commit.
 */
package io.github.chirpconnect.sink.outcome;
