/**
 * The engine for series, which the server aggregates: it reads each bucket of time once, when it is
 * closed.
 */
package io.github.chirpconnect.source.series;
