package io.github.chirpconnect.simulator.server;

import io.grpc.BindableService;
import io.grpc.HandlerRegistry;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The gRPC server, with a real one's HTTP/2 settings. */
public final class GrpcServer implements Front {
  private static final int WINDOW = 1 << 20;
  private static final int MAX_REQUEST = 4 << 20;
  private static final int MAX_HEADERS = 16_384;
  private static final int WORKERS = 4;
  private static final long STOP_SECONDS = 5;

  /** Drops what a connection has left to say after the server stopped. */
  private final ExecutorService workers =
      new ThreadPoolExecutor(
          WORKERS,
          WORKERS,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Threads.daemon("simulator-worker"),
          new ThreadPoolExecutor.DiscardPolicy());

  private final Server server;

  /**
   * @param port 0 for a free one
   * @param maxStreams per connection; 0 for no limit
   * @param minimumPingInterval ChirpStack has none and answers every ping
   * @param unknownMethods refuses what no service has
   * @param interceptors the first is the first to see a call
   */
  public GrpcServer(
      int port,
      int maxStreams,
      Duration minimumPingInterval,
      HandlerRegistry unknownMethods,
      List<BindableService> services,
      List<ServerInterceptor> interceptors) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .executor(workers)
            .flowControlWindow(WINDOW)
            .maxInboundMessageSize(MAX_REQUEST)
            .maxInboundMetadataSize(MAX_HEADERS)
            .permitKeepAliveTime(minimumPingInterval.toNanos(), TimeUnit.NANOSECONDS)
            .permitKeepAliveWithoutCalls(true)
            .fallbackHandlerRegistry(unknownMethods);
    if (maxStreams > 0) {
      builder.maxConcurrentCallsPerConnection(maxStreams);
    }
    for (BindableService service : services) {
      builder.addService(ServerInterceptors.interceptForward(service, interceptors));
    }
    try {
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException("the simulator cannot listen on port " + port, e);
    }
  }

  @Override
  public int port() {
    return server.getPort();
  }

  /** Sends GOAWAY, and ends when the last call does. */
  @Override
  public void retire() {
    server.shutdown();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers.shutdownNow();
  }
}
