/** What a server keeps in Redis and loses with it, and the connections to it. */
package io.github.chirpconnect.simulator.redis;
