/** The connector's name in the log lines of its threads. */
package io.github.chirpconnect.context;
