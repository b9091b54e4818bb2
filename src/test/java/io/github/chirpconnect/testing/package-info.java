/**
 * What unit tests of several packages share: clocks that a test moves, a fake of the port, and the
 * documents.
 */
package io.github.chirpconnect.testing;
