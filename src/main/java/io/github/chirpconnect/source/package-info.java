/**
 * The source task, and the wiring of its engines.
 *
 * <p>Three threads share the work of a task. The <em>walk</em> reads the inventory, page by page,
 * and finds what is new, changed and deleted. The <em>streams</em> thread owns every open log: it
 * opens, filters, parks and closes them. Connect's own thread takes what both put into one bounded
 * queue, and turns it into records and offsets. What is handed to Connect defines the offsets;
 * everything else can be thrown away at any time and is replayed by the server.
 */
package io.github.chirpconnect.source;
