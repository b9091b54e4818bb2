/**
 * What integration tests, the demonstration and benchmarks run on: a Kafka broker and Connect
 * workers as processes of their own, and the means to talk to them. Its own tests are here.
 *
 * <p>A worker loads the plugin from the package that the build made, on a class path of Connect's
 * jars alone, so that what is missing from the package is missing here too.
 */
package io.github.chirpconnect.harness;
