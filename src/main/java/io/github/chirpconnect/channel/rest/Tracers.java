package io.github.chirpconnect.channel.rest;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;

/**
 * Tells a call's stream tracers what gRPC's own transports tell them: {@code streamCreated} when
 * the request is handed to a connection. A call that ended without it never reached the server;
 * that is how a user knows whether a command can be in doubt.
 */
final class Tracers {
  private final List<ClientStreamTracer> tracers;
  private final Metadata headers;
  private boolean sent;

  Tracers(CallOptions options, Metadata headers) {
    StreamInfo info = StreamInfo.newBuilder().setCallOptions(options).build();
    this.headers = headers;
    this.tracers =
        options.getStreamTracerFactories().stream()
            .map(factory -> factory.newClientStreamTracer(info, headers))
            .toList();
  }

  /** From now on the server may have got the request. Once is enough, more does no harm. */
  void sent() {
    synchronized (this) {
      if (sent) {
        return;
      }
      sent = true;
    }
    tracers.forEach(tracer -> tracer.streamCreated(Attributes.EMPTY, headers));
  }

  /** The request for a stream is on its way, as far as HTTP/1.1 tells. */
  void requested() {
    tracers.forEach(ClientStreamTracer::outboundHeaders);
  }

  void closed(Status status) {
    tracers.forEach(tracer -> tracer.streamClosed(status));
  }
}
