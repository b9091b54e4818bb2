package io.github.chirpconnect.channel;

import io.github.chirpconnect.channel.rest.HttpJsonChannel;
import io.github.chirpconnect.channel.rest.HttpJsonSettings;
import io.github.chirpconnect.channel.tls.Tls;
import io.github.chirpconnect.channel.token.TokenLogGuard;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.Version;
import io.github.chirpconnect.context.LogContext;
import io.github.chirpconnect.feed.ApiTransport;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes connections to one server. A worker runs many tasks, so all connections of a task share one
 * network thread and a few callback threads, which end when idle. All are daemon threads.
 */
final class ConnectionFactory {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionFactory.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LONGEST_RECONNECT_WAIT = Duration.ofSeconds(5);
  private static final String USER_AGENT = "kafka-connect-chirpstack/" + Version.get();
  private static final int CALLBACK_THREADS = 2;
  private static final int MAX_HEADER_BYTES = 64 << 10;
  private static final long QUIET_MS = 200;
  private static final long CLOSE_MS = 2_000;

  static {
    TokenLogGuard.cap();
  }

  private final ConnectionConfig config;
  private final Duration longestReconnectWait;
  private final Optional<SslContext> tls;
  private final Optional<Supplier<HttpJsonSettings.Tls>> httpTls;
  private final EventLoopGroup network;
  private final ThreadPoolExecutor callbacks;

  /**
   * @throws org.apache.kafka.common.config.ConfigException when TLS can't be set up as configured;
   *     it names the key
   */
  ConnectionFactory(ConnectionConfig config) {
    this(config, LONGEST_RECONNECT_WAIT);
  }

  ConnectionFactory(ConnectionConfig config, Duration longestReconnectWait) {
    this.config = config;
    this.longestReconnectWait = longestReconnectWait;
    boolean tls = config.endpoint().tls();
    this.tls = tls && !rest() ? Optional.of(Tls.context(config.ssl())) : Optional.empty();
    this.httpTls = tls && rest() ? Optional.of(Tls.forHttp(config.ssl())) : Optional.empty();
    this.network =
        new MultiThreadIoEventLoopGroup(
            1,
            LogContext.threads(new DefaultThreadFactory("chirpstack-network", true)),
            NioIoHandler.newFactory());
    this.callbacks =
        new ThreadPoolExecutor(
            CALLBACK_THREADS,
            CALLBACK_THREADS,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            LogContext.threads(new DefaultThreadFactory("chirpstack-call", true)),
            // Rejected only after shutdown: a late call still gets its answer.
            (task, executor) -> task.run());
    callbacks.allowCoreThreadTimeOut(true);
  }

  /** For what may block while a call is made. */
  Executor callbacks() {
    return callbacks;
  }

  /** Whether the transport is REST. */
  boolean rest() {
    return config.endpoint().transport() == ApiTransport.REST;
  }

  /**
   * A connection, which opens with its first call. Over REST it stands for the connections of all
   * its calls and streams.
   */
  ManagedChannel connection() {
    return rest() ? httpConnections() : grpcConnection();
  }

  private ManagedChannel httpConnections() {
    return new HttpJsonChannel(
        new HttpJsonSettings(
            config.endpoint(),
            httpTls,
            USER_AGENT,
            callbacks,
            Duration.ofMillis(connectTimeoutMs()),
            config.restStreamIdle(),
            config.maxMessageBytes()));
  }

  private ManagedChannel grpcConnection() {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(target())
            .channelType(NioSocketChannel.class)
            .eventLoopGroup(network)
            .executor(callbacks)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMs())
            .userAgent(USER_AGENT)
            .maxInboundMessageSize(config.maxMessageBytes())
            .maxInboundMetadataSize(MAX_HEADER_BYTES)
            .keepAliveTime(config.keepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
            .keepAliveTimeout(config.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
            .keepAliveWithoutCalls(true)
            // A retry policy, which could come from DNS, would send a downlink twice. Without one
            // gRPC repeats a call only if the server certainly has not seen it.
            .disableServiceConfigLookUp();
    builder.overrideAuthority(
        config.authority().orElseGet(() -> config.endpoint().authorityForServer()));
    tls.ifPresentOrElse(builder::sslContext, builder::usePlaintext);
    AtomicReference<ManagedChannel> self = new AtomicReference<>();
    builder.intercept(new AnewAfterPage(() -> self.get().enterIdle()), Callbacks.interceptor());
    ManagedChannel connection = builder.build();
    self.set(connection);
    new FastReconnect(
            connection,
            this::schedule,
            () -> ThreadLocalRandom.current().nextDouble(),
            longestReconnectWait)
        .watch();
    return connection;
  }

  /** Brackets, and the percent sign of a zone, have another meaning in the path of a URI. */
  private String target() {
    return "dns:///"
        + config.endpoint().authority().replace("%", "%25").replace("[", "%5B").replace("]", "%5D");
  }

  /**
   * Shorter than a call's deadline, so that a call to an unreachable server fails as unreachable
   * and not as in doubt.
   */
  private int connectTimeoutMs() {
    return (int) Math.min(CONNECT_TIMEOUT.toMillis(), config.requestTimeout().toMillis() / 2);
  }

  /** Runs a short task later, on the network thread; not after {@link #close}. */
  void schedule(Runnable task, Duration delay) {
    try {
      network.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("Closed; a scheduled task was dropped");
    }
  }

  /** Ends the threads once all connections have ended. Does not wait. */
  void close() {
    network
        .shutdownGracefully(QUIET_MS, CLOSE_MS, TimeUnit.MILLISECONDS)
        .addListener(ended -> callbacks.shutdown());
  }
}
