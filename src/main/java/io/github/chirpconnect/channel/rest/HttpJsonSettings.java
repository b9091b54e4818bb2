package io.github.chirpconnect.channel.rest;

import io.github.chirpconnect.config.Endpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * What a {@link HttpJsonChannel} is made from.
 *
 * @param endpoint host and port; whether TLS is spoken is said by {@code tls}
 * @param tls empty for connections in clear; asked with each call, and where it gives something
 *     else than before, new connections use that
 * @param userAgent sent with each call
 * @param callbacks runs the listeners of calls that name no executor of their own; it has to run
 *     what comes late, after its end, as well
 * @param connectTimeout for the connection, the TLS handshake included; a call that has none by
 *     then was certainly not sent
 * @param maxStreamIdle how long a stream may go without a byte before it is ended, as {@code
 *     UNAVAILABLE}, for its user to open it anew
 * @param maxMessageBytes the largest answer, or line of a stream, as JSON in UTF-8; protobuf is a
 *     half to a quarter of that
 */
public record HttpJsonSettings(
    Endpoint endpoint,
    Optional<Supplier<Tls>> tls,
    String userAgent,
    Executor callbacks,
    Duration connectTimeout,
    Duration maxStreamIdle,
    int maxMessageBytes) {

  /**
   * TLS for a Java HTTP client. It checks that the certificate is for the host of the URL, and has
   * no switch for that: where it is not wanted, the context's trust manager has to be one that does
   * not check it. Nor can it check for another name, or send another than the URL's.
   */
  public record Tls(SSLContext context, SSLParameters parameters) {}
}
