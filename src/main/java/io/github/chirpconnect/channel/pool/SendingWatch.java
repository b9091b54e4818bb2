package io.github.chirpconnect.channel.pool;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Notices when a stream is assigned to a connection, and when its request is sent. In between the
 * stream waits while the other side permits no more streams; gRPC does not report that.
 */
final class SendingWatch implements ClientInterceptor {
  private final StreamPool.Place place;
  private final Runnable onSent;

  SendingWatch(StreamPool.Place place, Runnable onSent) {
    this.place = place;
    this.onSent = onSent;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return next.newCall(method, options.withStreamTracerFactory(new Factory()));
  }

  private final class Factory extends ClientStreamTracer.Factory {
    @Override
    public ClientStreamTracer newClientStreamTracer(StreamInfo info, Metadata headers) {
      return new Tracer();
    }
  }

  private final class Tracer extends ClientStreamTracer {
    @Override
    public void streamCreated(Attributes transportAttrs, Metadata headers) {
      place.created();
    }

    @Override
    public void outboundHeaders() {
      place.sent();
      onSent.run();
    }

    @Override
    public void streamClosed(Status status) {
      if (isRefused(status)) {
        place.refused();
      }
    }

    /** Some proxies accept a stream within their announced limit and then refuse it. */
    private static boolean isRefused(Status status) {
      return status.getDescription() != null && status.getDescription().contains("REFUSED_STREAM");
    }
  }
}
