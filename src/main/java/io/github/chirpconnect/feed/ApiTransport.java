package io.github.chirpconnect.feed;

/** The protocol between the connector and the server. */
public enum ApiTransport {
  GRPC,
  /** JSON over HTTP. */
  REST
}
