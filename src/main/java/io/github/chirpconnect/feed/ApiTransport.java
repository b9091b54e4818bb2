package io.github.chirpconnect.feed;

/** The protocol of the server's API. */
public enum ApiTransport {
  GRPC,
  /** JSON over HTTP. */
  REST
}
