/**
 * The API key: from the configuration or from a file, as a header of each call, and never in a log.
 */
package io.github.chirpconnect.channel.token;
