/** The names of topics. */
package io.github.chirpconnect.record.topic;
