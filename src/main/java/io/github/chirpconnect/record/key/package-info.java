/** The keys of records, and their forms. */
package io.github.chirpconnect.record.key;
