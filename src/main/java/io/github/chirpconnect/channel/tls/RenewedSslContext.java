package io.github.chirpconnect.channel.tls;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * An SSL context whose stores are read again when their files have changed, so that a renewed
 * certificate needs no restart: new connections use it, open ones continue. While files are
 * unusable, half written perhaps, the previous stores stay in use, and the next connection tries
 * again.
 */
final class RenewedSslContext extends SslContext {
  private final ReloadingFiles<SslContext> contexts;

  /**
   * @param reader reads the files; it throws ConfigException when they can't be used
   */
  RenewedSslContext(Supplier<SslContext> reader, List<Path> files) {
    this.contexts = new ReloadingFiles<>(reader, files);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return contexts.get().newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
    return contexts.get().newEngine(allocator, host, port);
  }

  @Override
  public boolean isClient() {
    return true;
  }

  @Override
  public List<String> cipherSuites() {
    return contexts.current().cipherSuites();
  }

  @Override
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return contexts.current().applicationProtocolNegotiator();
  }

  @Override
  public SSLSessionContext sessionContext() {
    return contexts.current().sessionContext();
  }
}
