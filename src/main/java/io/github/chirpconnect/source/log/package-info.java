/**
 * The engine for logs: it reads them through a limited number of streams, and finds what is new in
 * each replay.
 */
package io.github.chirpconnect.source.log;
