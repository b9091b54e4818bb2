/** What the feeds that are derived from events have in common. */
package io.github.chirpconnect.record.derived;
