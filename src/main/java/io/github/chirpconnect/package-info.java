/** Kafka Connect source and sink connectors for the ChirpStack LoRaWAN network server. */
package io.github.chirpconnect;
