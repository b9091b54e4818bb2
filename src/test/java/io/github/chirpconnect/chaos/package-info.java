/**
 * Random faults of everything around the connectors, at both generations of server, and books that
 * must balance at the end.
 */
package io.github.chirpconnect.chaos;
