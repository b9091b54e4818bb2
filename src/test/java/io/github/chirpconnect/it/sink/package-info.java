/** The sink: what it takes for a command, and what becomes of each whatever goes wrong. */
package io.github.chirpconnect.it.sink;
