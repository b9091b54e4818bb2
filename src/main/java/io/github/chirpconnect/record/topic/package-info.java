/** How topics are called. */
package io.github.chirpconnect.record.topic;
