/** Source offsets: which partitions there are, what they say, and which task they belong to. */
package io.github.chirpconnect.source.offset;
