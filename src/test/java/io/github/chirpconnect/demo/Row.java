package io.github.chirpconnect.demo;

import java.time.Instant;

/**
 * A line of the table.
 *
 * @param device name and DevEUI
 * @param event the kind of event; {@code device} and {@code deleted} for the inventory, {@code
 *     command} and {@code outcome} for the sink's topics
 * @param values what it says, short
 */
record Row(Instant time, String device, String event, String values) {}
