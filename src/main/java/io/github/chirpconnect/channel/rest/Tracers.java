package io.github.chirpconnect.channel.rest;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;

/**
 * Notifies a call's stream tracers as gRPC's own transports do: {@code streamCreated} when a
 * connection gets the request. A call that ended without it never reached the server, so a command
 * is not in doubt.
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

  /** From now on the server may have received the request. Further calls have no effect. */
  void sent() {
    synchronized (this) {
      if (sent) {
        return;
      }
      sent = true;
    }
    tracers.forEach(tracer -> tracer.streamCreated(Attributes.EMPTY, headers));
  }

  /** The request of a stream is being sent, as far as HTTP/1.1 shows. */
  void requested() {
    tracers.forEach(ClientStreamTracer::outboundHeaders);
  }

  void closed(Status status) {
    tracers.forEach(tracer -> tracer.streamClosed(status));
  }
}
