package io.github.chirpconnect.channel;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS whose stores are read again when their files have changed, so that a renewed certificate
 * needs no restart: connections made from then on use it, those that are open go on. Files that
 * can't be used at some moment, half written perhaps, leave what was read before in force and are
 * tried again with the next connection.
 */
final class RenewedSslContext extends SslContext {
  private static final Logger LOG = LoggerFactory.getLogger(RenewedSslContext.class);

  private final Supplier<SslContext> reader;
  private final List<Path> files;
  private SslContext current;
  private Map<Path, FileMark> marks;
  private Map<Path, FileMark> warnedOf;

  /**
   * @param reader reads the files; it throws ConfigException when they can't be used
   */
  RenewedSslContext(Supplier<SslContext> reader, List<Path> files) {
    this.reader = reader;
    this.files = files;
    // Before the reading: a write during it shows as a change the next time.
    this.marks = look();
    this.current = reader.get();
  }

  private synchronized SslContext current() {
    Map<Path, FileMark> seen = look();
    if (!seen.equals(marks)) {
      try {
        current = reader.get();
        marks = seen;
        LOG.info("TLS certificates and keys were read again from {}", files);
      } catch (ConfigException e) {
        if (!seen.equals(warnedOf)) {
          warnedOf = seen;
          LOG.warn(
              "Changed TLS files can't be used, so what was read before stays in force: {}",
              e.getMessage());
        }
      }
    }
    return current;
  }

  private Map<Path, FileMark> look() {
    Map<Path, FileMark> seen = new HashMap<>();
    for (Path file : files) {
      try {
        seen.put(file, FileMark.of(file));
      } catch (IOException e) {
        LOG.debug("{} can't be looked at; the reading of it will say why", file, e);
      }
    }
    return seen;
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return current().newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
    return current().newEngine(allocator, host, port);
  }

  @Override
  public boolean isClient() {
    return true;
  }

  @Override
  public synchronized List<String> cipherSuites() {
    return current.cipherSuites();
  }

  @Override
  public synchronized ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return current.applicationProtocolNegotiator();
  }

  @Override
  public synchronized SSLSessionContext sessionContext() {
    return current.sessionContext();
  }
}
