/** How much of the connector's limits a task may use: the limits are divided among its tasks. */
package io.github.chirpconnect.sink.share;
