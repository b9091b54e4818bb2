/** What the source writes of each feed, and into which topics. */
package io.github.chirpconnect.it.feed;
