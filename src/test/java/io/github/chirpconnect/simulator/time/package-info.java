/** The simulated server's clock and timer, which a test can move. */
package io.github.chirpconnect.simulator.time;
