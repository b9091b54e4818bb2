package io.github.chirpconnect.config;

import io.github.chirpconnect.feed.ApiTransport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a ChirpStack is, read from {@code chirpstack.url}: {@code host:port} or {@code
 * grpc://host:port} in clear, {@code grpcs://host:port} with TLS; {@code http://host:port} or
 * {@code https://host:port} for its REST interface.
 *
 * @param host a name or an address, an IPv6 one without brackets, its zone after one percent sign
 * @param port 1-65535; where the URL names none, 8080, ChirpStack's default, for gRPC in clear, 80
 *     for REST in clear, 443 with TLS, which a proxy does
 */
public record Endpoint(String host, int port, boolean tls, ApiTransport transport) {
  /** Why a v4 gives no events and frames over REST, and what to do. */
  public static final String NO_STREAMS_ON_V4 =
      "ChirpStack v4's REST interface has no streams; use its gRPC port, or feeds of inventory and metrics alone";

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://.*");
  private static final Pattern AUTHORITY =
      Pattern.compile(
          "(?:\\[(?<v6>[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._~-]+)?)\\]|(?<name>(?!.*\\.\\.)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\\.?))"
              + "(?::(?<port>\\d*))?");
  private static final Pattern HALF_A_SCHEME = Pattern.compile("(?i)(grpcs?|https?):/?[^/\\d].*");
  private static final String FORMS =
      "write host:port, grpc://host:port (in clear) or grpcs://host:port (TLS), or for the REST interface"
          + " http://host:port or https://host:port";

  /** ChirpStack's two interfaces. */
  private enum Scheme {
    GRPC(ApiTransport.GRPC, false, 8080),
    GRPCS(ApiTransport.GRPC, true, 443),
    HTTP(ApiTransport.REST, false, 80),
    HTTPS(ApiTransport.REST, true, 443);

    private final ApiTransport transport;
    private final boolean tls;
    private final int defaultPort;

    Scheme(ApiTransport transport, boolean tls, int defaultPort) {
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

    private static Scheme of(boolean tls, ApiTransport transport) {
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
    if (rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    Matcher parts = AUTHORITY.matcher(rest);
    if (!parts.matches()) {
      throw unreadable(text, rest);
    }
    String literal = parts.group("v6");
    String host = literal == null ? parts.group("name") : literal.replace("%25", "%");
    if (literal != null && !isIpv6(host)) {
      throw unreadable(text, rest);
    }
    return new Endpoint(
        host, port(text, parts.group("port"), scheme), scheme.tls, scheme.transport);
  }

  private static int port(String text, String digits, Scheme scheme) {
    if (digits == null || digits.isEmpty()) {
      return scheme.defaultPort;
    }
    int port = digits.length() > 5 ? 0 : Integer.parseInt(digits);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("'" + text + "' has no port from 1 to 65535; " + FORMS);
    }
    return port;
  }

  private static boolean isIpv6(String host) {
    String address = host.contains("%") ? host.substring(0, host.indexOf('%')) : host;
    try {
      // A text with a colon is not resolved as a name.
      return address.contains(":") && InetAddress.getByName("[" + address + "]") != null;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static IllegalArgumentException unreadable(String text, String rest) {
    return new IllegalArgumentException(
        "'" + shown(text) + "' is no server address; " + why(text.trim(), rest) + FORMS);
  }

  private static String why(String text, String rest) {
    if (text.startsWith("${")) {
      return "it is a reference to a config provider, which this worker did not replace: name the provider in the"
          + " worker's config.providers; ";
    }
    if (rest.contains("@")) {
      return "a user and a password can't be used, the API key goes into "
          + ConnectionConfig.TOKEN
          + "; ";
    }
    if (rest.contains(",")) {
      return "write one address, for several servers that of their load balancer; ";
    }
    if (HALF_A_SCHEME.matcher(rest).matches()) {
      return "the scheme ends with ://; ";
    }
    if (rest.indexOf(':') != rest.lastIndexOf(':') && !rest.startsWith("[")) {
      return "an IPv6 address goes in brackets, as in [::1]:8080; ";
    }
    if (rest.contains("_")) {
      return "a host name has no underscore, so give the server another name, a network alias for example; ";
    }
    if (rest.contains("/")) {
      return "a path can't be used, the API has to be at the root of its host; ";
    }
    if (!rest.chars().allMatch(sign -> sign < 128)) {
      return "a host name has ASCII letters alone, so write an international one as xn--…; ";
    }
    return "";
  }

  /** An address without the user and the password that it may begin with. */
  static String shown(String text) {
    return text.replaceFirst("^([^/]*//)?[^/]*@", "$1…@");
  }

  /** Whether the server is this machine, so that a token without TLS does not cross a network. */
  public boolean loopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** {@code host:port} to connect to, an IPv6 address in brackets. */
  public String authority() {
    return bracketed(host) + ":" + port;
  }

  /** As {@link #authority}, without the zone, which has a meaning on this machine only. */
  public String authorityForServer() {
    int zone = host.indexOf('%');
    return bracketed(zone < 0 ? host : host.substring(0, zone)) + ":" + port;
  }

  private static String bracketed(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  @Override
  public String toString() {
    return Scheme.of(tls, transport).prefix() + authority();
  }
}
