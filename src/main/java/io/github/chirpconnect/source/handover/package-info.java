/** The queue between the threads that read from ChirpStack and Connect's thread, which polls. */
package io.github.chirpconnect.source.handover;
