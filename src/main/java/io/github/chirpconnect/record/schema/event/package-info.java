/** The schemas of log entries: a class for each kind of event, and one for frames. */
package io.github.chirpconnect.record.schema.event;
