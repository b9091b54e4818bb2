package io.github.chirpconnect.api.grpc;

import static io.github.chirpconnect.api.FailureKind.WRONG_SERVER;

import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.Subject.Type;
import io.github.chirpconnect.channel.PortLook;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises failed TLS handshakes by the texts of the JDK, Netty and grpc-java. Pure. */
final class TlsFailures {
  static final String SET_CLIENT_CERTIFICATE =
      "set chirpstack.ssl.keystore.location (or chirpstack.ssl.keystore.key and"
          + " chirpstack.ssl.keystore.certificate.chain) to a certificate that is valid there, and"
          + " chirpstack.ssl.keystore.type to its form";

  private static final String SET_VERSION =
      "see chirpstack.ssl.enabled.protocols, the proxy's TLS versions, and jdk.tls.disabledAlgorithms in this JVM's"
          + " java.security";

  private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");
  private static final Pattern VALIDITY = Pattern.compile("Not(After|Before): ([^)\\n]*\\d{4})");

  /** The version of an earlier handshake, and TLS without a common version. */
  private static final Pattern NO_VERSION =
      Pattern.compile(
          "selected protocol version \\w+ is not accepted|No appropriate protocol|Remote host terminated the handshake"
              + " .*protocol_version");

  private TlsFailures() {}

  /**
   * @param text of a status
   * @return empty if it is not about TLS
   */
  static Optional<Verdict> judge(String text) {
    Matcher alert = ALERT.matcher(text);
    if (text.contains("Unable to find compatible protocol")) {
      return server(withoutHttp2("it names no protocol in ALPN, or another"));
    }
    if (alert.find()) {
      return Optional.of(ofAlert(alert.group(1)));
    }
    if (text.contains("not an SSL/TLS record")) {
      return server(
          "the server's port does not speak TLS; write grpc:// in chirpstack.url, or put TLS before it");
    }
    if (NO_VERSION.matcher(text).find()) {
      return server(
          "the server and this JVM have no TLS version in common; "
              + SET_VERSION
              + " ("
              + TransportErrors.shorten(text)
              + ")");
    }
    return ofCertificate(text);
  }

  private static Optional<Verdict> ofCertificate(String text) {
    Matcher validity = VALIDITY.matcher(text);
    boolean dated = validity.find();
    if (dated || text.contains("validity check failed")) {
      String when = dated ? " (" + validity.group() + ")" : "";
      return certificate(
          dated && validity.group(1).equals("Before")
              ? "the server's certificate is not valid yet" + when + "; do the clocks differ?"
              : "the server's certificate has expired" + when + "; it has to be renewed there");
    }
    if (text.contains("No subject alternative") || text.contains("No name matching")) {
      return certificate(
          "the server's certificate is for another name; write the name that it is for in chirpstack.url, or over gRPC in"
              + " chirpstack.authority ("
              + TransportErrors.shorten(text)
              + ")");
    }
    if (text.contains("PKIX path") || text.contains("CertificateException")) {
      return certificate(
          "the server's certificate is not trusted; name the authority that issued it in"
              + " chirpstack.ssl.truststore.location or chirpstack.ssl.truststore.certificates ("
              + TransportErrors.shorten(text)
              + ")");
    }
    return Optional.empty();
  }

  private static Verdict ofAlert(String alert) {
    String said = " (TLS alert " + alert + ")";
    return switch (alert) {
      case "no_application_protocol" -> ofServer(withoutHttp2("TLS alert " + alert));
      case "protocol_version", "insufficient_security" ->
          ofServer("the server and this JVM have no TLS version in common; " + SET_VERSION + said);
      case "unrecognized_name" ->
          ofServer("the server has no site of that name; check the host in chirpstack.url" + said);
      case "certificate_required",
          "bad_certificate",
          "unsupported_certificate",
          "certificate_revoked",
          "certificate_expired",
          "certificate_unknown",
          "unknown_ca",
          "access_denied",
          "decrypt_error" ->
          new Verdict(
              WRONG_SERVER,
              Subject.of(Type.CLIENT_CERTIFICATE),
              "the server demands a client certificate that it trusts; "
                  + SET_CLIENT_CERTIFICATE
                  + said);
      default ->
          ofServer(
              "the server refused the TLS handshake: no cipher suite or TLS version in common (see"
                  + " chirpstack.ssl.enabled.protocols), or it wants a client certificate (see"
                  + " chirpstack.ssl.keystore.location)"
                  + said);
    };
  }

  private static String withoutHttp2(String how) {
    return "the server's TLS " + PortLook.NO_HTTP2 + " (" + how + ")";
  }

  private static Verdict ofServer(String sentence) {
    return Verdict.ofServer(WRONG_SERVER, sentence);
  }

  private static Optional<Verdict> server(String sentence) {
    return Optional.of(ofServer(sentence));
  }

  private static Optional<Verdict> certificate(String sentence) {
    return Optional.of(new Verdict(WRONG_SERVER, Subject.of(Type.SERVER_CERTIFICATE), sentence));
  }
}
