/** Networks from recordings of real servers, and the judgement of the simulator by them. */
package io.github.chirpconnect.simulator.recorded;
