/** The engine for data that a server sums up: reads each bucket of time once, when it is over. */
package io.github.chirpconnect.source.series;
