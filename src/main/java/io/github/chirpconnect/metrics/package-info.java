/** What an operator can watch of a task, on whichever worker it runs. */
package io.github.chirpconnect.metrics;
