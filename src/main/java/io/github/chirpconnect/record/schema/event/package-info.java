/** What comes in logs: a class for each kind of event, and for frames. */
package io.github.chirpconnect.record.schema.event;
