/**
 * Gates: whether a command may be sent now. Each rule is a class with a key of the configuration.
 * They know nothing of lanes and calls; the dispatcher asks them before it sends.
 */
package io.github.chirpconnect.sink.gate;
