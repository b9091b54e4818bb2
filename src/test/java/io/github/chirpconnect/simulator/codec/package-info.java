/** Payload codecs of device profiles. */
package io.github.chirpconnect.simulator.codec;
