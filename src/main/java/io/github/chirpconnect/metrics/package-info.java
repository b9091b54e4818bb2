/** Metrics of a task, on any worker version. */
package io.github.chirpconnect.metrics;
