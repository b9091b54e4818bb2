/** What source and sink both need. Knows nobody. */
package io.github.chirpconnect.common;
