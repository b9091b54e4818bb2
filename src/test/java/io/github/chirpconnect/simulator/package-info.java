/**
 * A ChirpStack v4 to test against: the services that the connectors use, over real TCP, with the
 * answers, refusals, pace and oddities of a real 4.19 server, and faults to inject. {@link
 * io.github.chirpconnect.simulator.Simulator} is where to start.
 *
 * <p>How true it is, is judged by {@code RecordedAnswersTest}, which asks it what real servers were
 * asked.
 */
package io.github.chirpconnect.simulator;
