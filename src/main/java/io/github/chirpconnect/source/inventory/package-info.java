/** The engine for data that a server lists: walks, compares, and finds what is gone. */
package io.github.chirpconnect.source.inventory;
