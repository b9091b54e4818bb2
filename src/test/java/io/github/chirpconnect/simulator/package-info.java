/**
 * A ChirpStack to test against, of either generation and over gRPC or REST: the services that the
 * connectors use, over real TCP, with the answers, refusals, pace and oddities of a real 4.19 or
 * 3.17 server, and faults to inject. {@link io.github.chirpconnect.simulator.Simulator} is where to
 * start, and {@link io.github.chirpconnect.simulator.SimulatedServer} names the four servers for
 * tests that hold for each of them.
 *
 * <p>What is in it and happens on the air is in {@code network}, what each generation makes of that
 * in {@code v4} and {@code v3}.
 *
 * <p>How true it is, is judged by the tests of {@code recorded}, which ask it what real servers
 * were asked.
 */
package io.github.chirpconnect.simulator;
