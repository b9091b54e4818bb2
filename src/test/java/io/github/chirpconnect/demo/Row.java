package io.github.chirpconnect.demo;

import java.time.Instant;

/**
 * A line of the table.
 *
 * @param device name and DevEUI
 * @param event the kind of event; {@code device} and {@code deleted} for the inventory, {@code
 *     command} for what the sink is to send, {@code downlink} for what became of it
 * @param values what it says, short
 */
record Row(Instant time, String device, String event, String values) {}
