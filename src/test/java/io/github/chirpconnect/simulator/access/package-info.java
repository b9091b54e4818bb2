/** Keys and tokens, and whose they are. */
package io.github.chirpconnect.simulator.access;
