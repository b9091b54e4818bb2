/** The metrics of v4: what is written with what happens, and what is answered. */
package io.github.chirpconnect.simulator.v4.metrics;
