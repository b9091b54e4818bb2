/**
 * Confluent's converters on our records and commands. They are not in Maven Central: the tests take
 * them from a directory that {@code -Dconfluent.plugins} names, and are skipped without it.
 */
package io.github.chirpconnect.warehouse.confluent;
