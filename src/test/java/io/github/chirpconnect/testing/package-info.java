/** What unit tests of several packages share: clocks that a test moves, and a fake of the port. */
package io.github.chirpconnect.testing;
