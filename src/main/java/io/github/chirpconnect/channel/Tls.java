package io.github.chirpconnect.channel;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.config.ConfigException;

/** TLS as Kafka's {@code ssl.*} settings describe it. */
final class Tls {
  private Tls() {}

  static SslContext context(Map<String, ?> ssl) {
    try {
      return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK).build();
    } catch (SSLException e) {
      throw new ConfigException("TLS: " + e.getMessage());
    }
  }
}
