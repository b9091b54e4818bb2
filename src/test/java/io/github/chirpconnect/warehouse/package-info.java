/**
 * What docs/warehouses.md says, with the real sinks, a real PostgreSQL and a real schema registry:
 * the configurations in config/warehouses, which the document shows, run as they stand. {@code mvn
 * verify -Pwarehouses} runs these tests.
 */
package io.github.chirpconnect.warehouse;
