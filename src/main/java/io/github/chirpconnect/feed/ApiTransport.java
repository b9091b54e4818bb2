package io.github.chirpconnect.feed;

/** How the server is spoken to. */
public enum ApiTransport {
  GRPC,
  /** JSON over HTTP. */
  REST
}
