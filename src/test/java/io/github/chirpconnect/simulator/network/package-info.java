/** What happens on the air, and what the simulated server makes of it, whatever its generation. */
package io.github.chirpconnect.simulator.network;
