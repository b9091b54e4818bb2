package io.github.chirpconnect.record.derived;

import io.github.chirpconnect.record.Mapped;
import io.github.chirpconnect.record.key.Key;

/**
 * A row that is made of an event.
 *
 * @param place from 1 on; constant for what the row tells, whichever other rows are wanted
 */
public record DerivedRow(int place, Key key, Mapped mapped) {}
