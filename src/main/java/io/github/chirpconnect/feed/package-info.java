/** Which datasets a ChirpStack has, and which servers have them. Knows no other package. */
package io.github.chirpconnect.feed;
