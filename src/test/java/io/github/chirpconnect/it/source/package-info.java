/**
 * The source while something goes wrong or is large: server, network, worker, API keys and history,
 * and what the server bears.
 */
package io.github.chirpconnect.it.source;
