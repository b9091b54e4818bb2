/** Processes that end with this JVM, and what they need of the build and of this machine. */
package io.github.chirpconnect.harness.process;
