/**
 * Whether a command may already have been queued although no answer says so: after a call that was
 * lost, and after another task had the partition. The device's queue is read to find out.
 */
package io.github.chirpconnect.sink.doubt;
