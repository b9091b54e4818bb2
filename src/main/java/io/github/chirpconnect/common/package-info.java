/**
 * Helpers that source and sink share: back-off, clocks, throttled logging. Depends on no other
 * package.
 */
package io.github.chirpconnect.common;
