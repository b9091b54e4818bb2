/** What a thread needs to know of the connector that it works for. */
package io.github.chirpconnect.context;
