/** What listens and answers, whatever it is that is asked. */
package io.github.chirpconnect.simulator.server;
