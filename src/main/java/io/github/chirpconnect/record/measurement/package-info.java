/** Measured values as rows: one for each leaf of what a codec made of an uplink. */
package io.github.chirpconnect.record.measurement;
