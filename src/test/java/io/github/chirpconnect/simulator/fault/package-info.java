/** What can go wrong between the client and the server. */
package io.github.chirpconnect.simulator.fault;
