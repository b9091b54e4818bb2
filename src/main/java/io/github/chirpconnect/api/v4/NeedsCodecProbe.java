package io.github.chirpconnect.api.v4;

import io.github.chirpconnect.api.grpc.Classification;
import io.github.chirpconnect.api.grpc.Verdict;

/**
 * INTERNAL for a command whose codec ran: an error of the script, or an outage.
 *
 * @param ifCodec the verdict if the server works otherwise
 * @param ifOutage the verdict if it does not
 */
record NeedsCodecProbe(Verdict ifCodec, Verdict ifOutage) implements Classification {}
