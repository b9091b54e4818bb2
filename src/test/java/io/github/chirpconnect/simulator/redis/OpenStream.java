package io.github.chirpconnect.simulator.redis;

import io.grpc.Status;

/** One stream that is served. */
public interface OpenStream {
  LogStore.Key key();

  /** Ends it with a status, if it has not ended. */
  void fail(Status status);

  /** Stops serving it, without a word to the client. */
  void end();
}
