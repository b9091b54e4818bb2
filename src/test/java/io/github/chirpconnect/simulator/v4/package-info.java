/** ChirpStack v4: its services, rights, streams, and the form of its logs and queues. */
package io.github.chirpconnect.simulator.v4;
