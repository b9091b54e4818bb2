package io.github.chirpconnect.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a ChirpStack is, read from {@code chirpstack.url}: {@code host:port} or {@code
 * grpc://host:port} in clear, {@code grpcs://host:port} with TLS.
 *
 * @param host a name or an address, an IPv6 one without brackets
 * @param port 1-65535; 8080 where the URL names none, ChirpStack's default
 */
public record Endpoint(String host, int port, boolean tls) {
  private static final int DEFAULT_PORT = 8080;
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://.*");

  /**
   * @throws IllegalArgumentException when the text is none of the forms; the message says which are
   */
  public static Endpoint parse(String text) {
    String trimmed = text.trim();
    Matcher scheme = SCHEME.matcher(trimmed);
    String name = scheme.matches() ? scheme.group(1).toLowerCase(Locale.ROOT) : "grpc";
    if (!name.equals("grpc") && !name.equals("grpcs")) {
      throw new IllegalArgumentException(
          "scheme '"
              + name
              + "' is not supported; write host:port, grpc://host:port (in clear) or grpcs://host:port (TLS)");
    }
    String rest = scheme.matches() ? trimmed.substring(trimmed.indexOf("://") + 3) : trimmed;
    URI uri;
    try {
      uri = URI.create(name + "://" + rest);
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
    int port = uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
    if (port < 1 || port > 65535) {
      throw unreadable(text, null);
    }
    String host = uri.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    return new Endpoint(host, port, name.equals("grpcs"));
  }

  private static IllegalArgumentException unreadable(String text, Exception cause) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is no server address; write host:port, grpc://host:port (in clear) or grpcs://host:port (TLS)",
        cause);
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

  /** {@code host:port}, as gRPC's authority wants it. */
  public String authority() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return (tls ? "grpcs://" : "grpc://") + authority();
  }
}
