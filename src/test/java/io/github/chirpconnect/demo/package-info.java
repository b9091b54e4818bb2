/**
 * The demonstration, {@code mvn verify -Pdemo}: a broker, a Connect worker with the package
 * installed, and a ChirpStack, simulated or the user's own; records as they land, and a command on
 * its way to a device and back.
 */
package io.github.chirpconnect.demo;
