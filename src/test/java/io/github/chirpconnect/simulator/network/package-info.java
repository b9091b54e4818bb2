/**
 * What is in the simulated server and what happens on the air, whatever the generation: the
 * database, devices and gateways, queues.
 */
package io.github.chirpconnect.simulator.network;
