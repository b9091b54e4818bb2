/** What was recorded of real servers, and the records that are made of it. */
package io.github.chirpconnect.record.golden;
