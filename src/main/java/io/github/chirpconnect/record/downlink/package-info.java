/** What became of downlinks, as the server's events tell it. */
package io.github.chirpconnect.record.downlink;
