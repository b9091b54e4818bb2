/** The queue between the threads that read from ChirpStack and the one that Connect polls with. */
package io.github.chirpconnect.source.handover;
