/**
 * The connectors as users have them: the package on a Connect worker and a Kafka broker, each a
 * process of its own, against a simulated ChirpStack over TCP. What is asserted is in the topics.
 *
 * <p>Here is what takes both connectors, and what all tests use. What the source writes of each
 * feed is tested in {@code it.feed}, what becomes of that while something goes wrong in {@code
 * it.source}, and the sink in {@code it.sink}.
 */
package io.github.chirpconnect.it;
