package io.github.chirpconnect.channel;

import io.github.chirpconnect.channel.pool.StreamLease;
import io.github.chirpconnect.channel.pool.StreamPool;
import io.github.chirpconnect.channel.token.FixedToken;
import io.github.chirpconnect.channel.token.TokenFile;
import io.github.chirpconnect.channel.token.TokenSource;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.KeyedConfigException;
import io.github.chirpconnect.config.TokenFiles;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigException;

/**
 * Authenticated channels to one ChirpStack. Every call carries the API key, except those that
 * detect the server. A key in a file is read again when the file changes and when a call was
 * refused, so it can be replaced at run time. Unary calls have their own connection, since gRPC
 * silently queues calls beyond a connection's limit of streams. Over REST each call and each stream
 * has its own connection. Safe for use by many threads.
 */
public final class ChirpStackChannels implements AutoCloseable {
  private final TokenSource tokens;
  private final ConnectionFactory factory;
  private final ManagedChannel unaryConnection;
  private final Channel unary;
  private final Channel anonymous;
  private final StreamPool streams;

  /**
   * Reads the TLS files and starts no connection: the server may be down, the token file missing.
   *
   * @throws ConfigException when TLS can't be set up as configured, or the token file is outside
   *     the directories that the worker permits; it names the key
   */
  public ChirpStackChannels(ConnectionConfig config) {
    this.tokens = tokensOf(config);
    this.factory = new ConnectionFactory(config);
    AuthInterceptor defaults =
        new AuthInterceptor(tokens, factory.callbacks(), config.requestTimeout());
    this.unaryConnection = factory.connection();
    this.unary = ClientInterceptors.intercept(unaryConnection, defaults);
    this.anonymous =
        ClientInterceptors.intercept(unaryConnection, new DefaultDeadline(config.requestTimeout()));
    this.streams =
        new StreamPool(
            factory.rest() ? () -> unaryConnection : factory::connection,
            connection -> ClientInterceptors.intercept(connection, defaults),
            factory::schedule,
            factory.rest() ? Integer.MAX_VALUE : config.maxStreamsPerConnection());
  }

  private static TokenSource tokensOf(ConnectionConfig config) {
    if (config.token().isPresent()) {
      return new FixedToken(config.token().get());
    }
    Path file =
        config
            .tokenFile()
            .orElseThrow(
                () ->
                    new KeyedConfigException(
                        ConnectionConfig.TOKEN,
                        "is missing; set it to an API key, or set "
                            + ConnectionConfig.TOKEN_FILE
                            + " to a file that holds one"));
    try {
      TokenFiles.checkPermitted(file);
    } catch (IllegalArgumentException e) {
      throw new KeyedConfigException(ConnectionConfig.TOKEN_FILE, e.getMessage());
    }
    return new TokenFile(file, System::nanoTime);
  }

  /**
   * The channel for unary calls, connected when the first is made. A call without a deadline gets
   * {@code chirpstack.request.timeout.ms}.
   */
  public Channel unary() {
    return unary;
  }

  /** As {@link #unary}, without the API key. */
  public Channel anonymous() {
    return anonymous;
  }

  /**
   * A lease for one long-lived stream. No connection carries more than {@code
   * chirpstack.max.streams.per.connection} of them; more connections are made as needed. Over REST
   * a stream is a connection, without such a limit. Never waits and never fails: after {@link
   * #close} calls on it end as {@code UNAVAILABLE}.
   */
  public StreamLease acquireStream() {
    return streams.acquire();
  }

  /**
   * The server does not accept the API key: a key file is read again before the next call. Not
   * needed for calls that end as {@code UNAUTHENTICATED}.
   */
  public void tokenRefused() {
    tokens.refused();
  }

  /** Whether the API key is in a file, and so can be replaced while the task runs. */
  public boolean tokenFromFile() {
    return tokens.fromFile();
  }

  /** Ends every call and stream as {@code UNAVAILABLE} or cancelled, and returns at once. */
  @Override
  public void close() {
    unaryConnection.shutdownNow();
    streams.close();
    factory.close();
  }
}
