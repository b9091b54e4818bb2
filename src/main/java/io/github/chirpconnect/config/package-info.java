/** What an operator configures, and what the plugin knows about itself. */
package io.github.chirpconnect.config;
