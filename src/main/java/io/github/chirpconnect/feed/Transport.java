package io.github.chirpconnect.feed;

/** How the server is spoken to. */
public enum Transport {
  GRPC,
  /** JSON over HTTP. */
  REST
}
