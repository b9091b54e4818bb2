/** Measured values as rows: one for each leaf of a codec's object. */
package io.github.chirpconnect.record.measurement;
