/**
 * The source task, and the wiring of its engines.
 *
 * <p>Each engine runs on a thread of its own. The <em>walk</em> reads the inventory page by page
 * and finds what is new, changed and deleted. The <em>streams</em> thread opens, filters and closes
 * the logs. Further threads read the downlink queues and the series. All put their items into one
 * bounded queue. Connect's thread takes them from there and makes records and offsets of them.
 * Offsets cover only what was handed to Connect; everything else can be dropped at any time,
 * because the next task reads it again.
 */
package io.github.chirpconnect.source;
