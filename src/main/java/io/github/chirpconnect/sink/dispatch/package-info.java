/**
 * Sends commands: in order for one device, in parallel for different devices, within the limit of
 * calls in flight. Retries failed calls, and decides what becomes of a command whose call failed.
 */
package io.github.chirpconnect.sink.dispatch;
