package io.github.chirpconnect.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a ChirpStack is, read from {@code chirpstack.url}: {@code host:port} or {@code
 * grpc://host:port} in clear, {@code grpcs://host:port} with TLS; {@code http://host:port} or
 * {@code https://host:port} for its REST interface.
 *
 * @param host a name or an address, an IPv6 one without brackets
 * @param port 1-65535; where the URL names none, 8080, ChirpStack's default, for gRPC, 80 or 443
 *     for REST
 */
public record Endpoint(String host, int port, boolean tls, Transport transport) {
  /** Why events and frames can't be had of a v4 over REST, and what to do about it. */
  public static final String NO_STREAMS_ON_V4 =
      "ChirpStack v4's REST interface has no streams; use its gRPC port, or feeds=devices";

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://.*");
  private static final String FORMS =
      "write host:port, grpc://host:port (in clear) or grpcs://host:port (TLS), or for the REST interface"
          + " http://host:port or https://host:port";

  /** Which of ChirpStack's two interfaces is spoken. */
  public enum Transport {
    GRPC,
    /** JSON over HTTP/1.1: v3's own REST interface, or {@code chirpstack-rest-api} before a v4. */
    REST
  }

  private enum Scheme {
    GRPC(Transport.GRPC, false, 8080),
    GRPCS(Transport.GRPC, true, 8080),
    HTTP(Transport.REST, false, 80),
    HTTPS(Transport.REST, true, 443);

    private final Transport transport;
    private final boolean tls;
    private final int defaultPort;

    Scheme(Transport transport, boolean tls, int defaultPort) {
      this.transport = transport;
      this.tls = tls;
      this.defaultPort = defaultPort;
    }

    private static Scheme of(String name) {
      for (Scheme scheme : values()) {
        if (scheme.name().equalsIgnoreCase(name)) {
          return scheme;
        }
      }
      throw new IllegalArgumentException("scheme '" + name + "' is not supported; " + FORMS);
    }

    private static Scheme of(boolean tls, Transport transport) {
      return switch (transport) {
        case GRPC -> tls ? GRPCS : GRPC;
        case REST -> tls ? HTTPS : HTTP;
      };
    }

    private String prefix() {
      return name().toLowerCase(Locale.ROOT) + "://";
    }
  }

  /**
   * @throws IllegalArgumentException when the text is none of the forms; the message says which are
   */
  public static Endpoint parse(String text) {
    String trimmed = text.trim();
    Matcher named = SCHEME.matcher(trimmed);
    Scheme scheme = named.matches() ? Scheme.of(named.group(1)) : Scheme.GRPC;
    String rest = named.matches() ? trimmed.substring(trimmed.indexOf("://") + 3) : trimmed;
    URI uri;
    try {
      uri = URI.create(scheme.prefix() + rest);
    } catch (IllegalArgumentException e) {
      throw unreadable(text, e);
    }
    String path = uri.getPath() == null ? "" : uri.getPath();
    if (uri.getHost() == null
        || uri.getUserInfo() != null
        || uri.getQuery() != null
        || !(path.isEmpty() || path.equals("/"))) {
      throw unreadable(text, null);
    }
    int port = uri.getPort() == -1 ? scheme.defaultPort : uri.getPort();
    if (port < 1 || port > 65535) {
      throw unreadable(text, null);
    }
    String host = uri.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    return new Endpoint(host, port, scheme.tls, scheme.transport);
  }

  private static IllegalArgumentException unreadable(String text, Exception cause) {
    return new IllegalArgumentException("'" + text + "' is no server address; " + FORMS, cause);
  }

  /**
   * Whether the server is this machine, so that a token sent in clear leaves no wire to be read
   * from.
   */
  public boolean loopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** {@code host:port}, as HTTP's authority wants it. */
  public String authority() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return Scheme.of(tls, transport).prefix() + authority();
  }
}
