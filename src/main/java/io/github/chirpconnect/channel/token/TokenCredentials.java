package io.github.chirpconnect.channel.token;

import io.github.chirpconnect.config.ConnectionConfig;
import io.grpc.Attributes;
import io.grpc.CallCredentials;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the API key with each call. Reads it when the connection is ready, so that a call that had
 * to wait carries the newest key.
 */
public final class TokenCredentials extends CallCredentials {
  private static final Logger LOG = LoggerFactory.getLogger(TokenCredentials.class);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final TokenSource tokens;
  private final Executor blocking;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * @param blocking reads keys from files; a call's own executor may be the network thread
   */
  public TokenCredentials(TokenSource tokens, Executor blocking) {
    this.tokens = tokens;
    this.blocking = blocking;
  }

  @Override
  public void applyRequestMetadata(RequestInfo call, Executor ofCall, MetadataApplier applier) {
    warnInClear(call);
    if (tokens.immediate()) {
      apply(applier);
    } else {
      blocking.execute(() -> apply(applier));
    }
  }

  private void apply(MetadataApplier applier) {
    Metadata headers = new Metadata();
    try {
      headers.put(AUTHORIZATION, "Bearer " + tokens.token());
    } catch (TokenUnavailableException e) {
      applier.fail(Status.UNAUTHENTICATED.withDescription(e.getMessage()).withCause(e));
      return;
    }
    applier.apply(headers);
  }

  private void warnInClear(RequestInfo call) {
    if (warned.get() || call.getSecurityLevel() != SecurityLevel.NONE) {
      return;
    }
    Attributes connection = call.getTransportAttrs();
    boolean loopback =
        connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress address
            && address.getAddress() != null
            && address.getAddress().isLoopbackAddress();
    if (!loopback && warned.compareAndSet(false, true)) {
      LOG.warn(
          "The API key goes to {} in clear: whoever sees the traffic can use it. Put a proxy with TLS"
              + " before ChirpStack and write grpcs://… or https://… in {}.",
          call.getAuthority(),
          ConnectionConfig.URL);
    }
  }
}
