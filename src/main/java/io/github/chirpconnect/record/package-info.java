/** Connect schemas, and the mapping of what a ChirpStack says to records. */
package io.github.chirpconnect.record;
