/** A Connect worker with the plugin from the package, and its REST interface. */
package io.github.chirpconnect.harness.connect;
