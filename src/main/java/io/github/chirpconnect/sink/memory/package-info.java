/**
 * What the sink remembers across restarts: it reads back from the outcome topic what became of the
 * commands of its partitions.
 */
package io.github.chirpconnect.sink.memory;
