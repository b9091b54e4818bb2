/**
 * The connectors as users have them: the package on a Connect worker and a Kafka broker, each a
 * process of its own, against a simulated ChirpStack over TCP. What is asserted is in the topics.
 */
package io.github.chirpconnect.it;
