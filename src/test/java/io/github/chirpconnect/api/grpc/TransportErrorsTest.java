package io.github.chirpconnect.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.feed.Generation;
import io.grpc.Status;
import java.io.IOException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts are what grpc-java and the JDK said of nginx, HAProxy, Caddy and OpenSSL's server. */
class TransportErrorsTest {
  private static final Operation READ = Operation.readDevice("0102030405060708");
  private static final Operation ENQUEUE =
      Operation.enqueue(Target.device("0102030405060708"), true);

  private static final String GRPC_PAGE =
      "HTTP status code %d\ninvalid content-type: text/html\nheaders: Metadata(:status=%d,server=nginx/1.22.1%s)\n"
          + "DATA-----------------------------\n<html>\r\n<head><title>%s</title></head>\r\n<body>";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deadline exceeded after 9.999871223s. [closed=[], open=[[buffered_nanos=135, remote_addr=localhost/127.0.0.1:8080]]]",
        "CallOptions deadline exceeded after 9.999871223s. Name resolution delay 0.000 seconds. [closed=[UNAVAILABLE],"
            + " open=[[connecting_and_lb_delay=3ms, remote_addr=localhost/127.0.0.1:8080]]]",
        "Deadline CallOptions was exceeded after 9.999871223s"
      })
  void aDeadlineThatHasPassedIsToldWithoutTheInsideOfTheTransport(String description) {
    assertThat(TransportErrors.trace(Status.DEADLINE_EXCEEDED.withDescription(description)))
        .isEqualTo("DEADLINE_EXCEEDED: no answer within 10.0 s");
  }

  @Test
  void aDeadlineThatHasPassedWithoutAConnection() {
    Status status =
        Status.DEADLINE_EXCEEDED.withDescription(
            "deadline exceeded after 4.98s. Name resolution delay 0.01 seconds. [closed=[],"
                + " open=[[connecting_and_lb_delay=4979ms, was_still_waiting]]]");
    assertThat(TransportErrors.trace(status))
        .isEqualTo("DEADLINE_EXCEEDED: no connection within 5.0 s");
  }

  @Test
  void whatAServerSaysOfItsDeadlineStays() {
    assertThat(
            TransportErrors.trace(
                Status.DEADLINE_EXCEEDED.withDescription("context deadline exceeded")))
        .isEqualTo("DEADLINE_EXCEEDED: context deadline exceeded");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | 400 No required SSL certificate was sent | CLIENT_CERTIFICATE | chirpstack.ssl.keystore.location",
        "400 | 400 The SSL certificate error | CLIENT_CERTIFICATE | '400 The SSL certificate error'",
        "400 | 400 The plain HTTP request was sent to HTTPS port | PROXY | write grpcs://",
        "400 | 400 Bad Request | PROXY | HTTP 400, text/html: '400 Bad Request'",
        "401 | 401 Authorization Required | PROXY | a proxy before ChirpStack refuses the call",
        "403 | 403 Forbidden | PROXY | authorization header",
        "404 | 404 Not Found | PROXY | a route to ChirpStack for it that passes gRPC",
        "200 | Welcome | PROXY | a web server or proxy",
        "405 | 405 Not Allowed | PROXY | chirpstack.url",
      })
  void aPageIsQuotedWithItsRemedy(int code, String title, Subject.Type about, String expected) {
    Verdict verdict = judge(READ, page(code, "", title));

    assertThat(verdict.kind()).isEqualTo(FailureKind.WRONG_SERVER);
    assertThat(verdict.subject().type()).isEqualTo(about);
    assertThat(verdict.sentence()).contains(expected).contains(title).doesNotContain("<", "\n");
  }

  @Test
  void aRedirectSaysWhereto() {
    assertThat(
            judge(READ, page(301, ",location=https://lns.example.com/api.X/List", "301 Moved"))
                .sentence())
        .contains("points elsewhere, to https://lns.example.com/api.X/List");
  }

  /** Nothing says what became of a command; nothing was done about one that a page refused. */
  @Test
  void aProxyThatCannotReachTheServerIsAnOutage() {
    Status badGateway = page(502, "", "502 Bad Gateway");
    Verdict read = judge(READ, badGateway);
    assertThat(read.kind()).isEqualTo(FailureKind.TRANSIENT);
    assertThat(read.subject().type()).isEqualTo(Subject.Type.PROXY);
    assertThat(read.sentence()).contains("'502 Bad Gateway'").contains("passes gRPC on");
    assertThat(judge(ENQUEUE, badGateway).kind()).isEqualTo(FailureKind.IN_DOUBT);
    assertThat(judge(ENQUEUE, page(404, "", "404 Not Found")).kind())
        .isEqualTo(FailureKind.WRONG_SERVER);
  }

  @ParameterizedTest
  @EnumSource
  void aWebPageOverRestSaysThatThePortSpeaksGrpc(Generation generation) {
    Status page =
        Status.UNIMPLEMENTED.withDescription(
            "HTTP status code 200, invalid content-type: text/html; this is not: <title>ChirpStack</title>");
    Verdict verdict =
        TransportErrors.judge(READ, new RpcFailure(page, true), generation).orElseThrow();
    assertThat(verdict.sentence()).contains("write grpc://").contains("'ChirpStack'");
  }

  /** As v4 answers at its own port to each path of the REST interface. */
  @ParameterizedTest
  @EnumSource
  void noFileOverRestSaysThatThePortSpeaksGrpc(Generation generation) {
    Status page =
        Status.UNIMPLEMENTED.withDescription(
            "HTTP status code 404, invalid content-type: application/octet-stream; this is not ChirpStack's");
    Verdict verdict =
        TransportErrors.judge(READ, new RpcFailure(page, true), generation).orElseThrow();
    assertThat(verdict.sentence())
        .contains("write grpc://")
        .contains("(HTTP 404, application/octet-stream)");
  }

  @Test
  void aRefusalInGrpcThatChirpStackNeverSaysIsAProxys() {
    Verdict verdict =
        judge(ENQUEUE, Status.PERMISSION_DENIED.withDescription("RBAC: access denied"));
    assertThat(verdict.kind()).isEqualTo(FailureKind.WRONG_SERVER);
    assertThat(verdict.subject().type()).isEqualTo(Subject.Type.PROXY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Received fatal alert: no_application_protocol | SERVER | HTTP/2 (ALPN h2)",
        "Received fatal alert: protocol_version | SERVER | no TLS version in common",
        "Received fatal alert: handshake_failure | SERVER | no cipher suite or TLS version",
        "Received fatal alert: unrecognized_name | SERVER | no site of that name",
        "Received fatal alert: certificate_required | CLIENT_CERTIFICATE | chirpstack.ssl.keystore.location",
        "Received fatal alert: bad_certificate | CLIENT_CERTIFICATE | demands a client certificate",
        "Received fatal alert: unknown_ca | CLIENT_CERTIFICATE | demands a client certificate",
        "Received fatal alert: certificate_expired | CLIENT_CERTIFICATE | alert certificate_expired",
        "The server selected protocol version TLS11 is not accepted by client preferences [TLS13, TLS12] | SERVER | no TLS version in common",
        "No appropriate protocol (protocol is disabled or cipher suites are inappropriate) | SERVER | jdk.tls.disabledAlgorithms",
        "PKIX path building failed: unable to find valid certification path to requested target | SERVER_CERTIFICATE | not trusted",
        "No subject alternative DNS name matching lns.example.com found. | SERVER_CERTIFICATE | is for another name",
        "No name matching lns.example.com found | SERVER_CERTIFICATE | chirpstack.authority",
      })
  void aHandshakeThatFailsNamesWhatToChange(String said, Subject.Type about, String expected) {
    Verdict verdict =
        judge(
            READ,
            Status.UNAVAILABLE
                .withDescription(
                    "io exception\nChannel Pipeline: [SslHandler#0, WriteBufferingAndExceptionHandler#0]")
                .withCause(new SSLHandshakeException(said)));

    assertThat(verdict.kind()).isEqualTo(FailureKind.WRONG_SERVER);
    assertThat(verdict.subject().type()).isEqualTo(about);
    assertThat(verdict.sentence())
        .contains(expected)
        .doesNotContain("Pipeline", "io exception", "Handler#");
  }

  @Test
  void aFrontThatAgreesOnNothingLacksHttp2() {
    assertThat(
            judge(
                    READ,
                    Status.UNAVAILABLE.withDescription(
                        "Failed ALPN negotiation: Unable to find compatible protocol\nChannel Pipeline: [x]"))
                .sentence())
        .contains("HTTP/2 (ALPN h2)")
        .contains("route");
  }

  @Test
  void anExpiredCertificateIsNotCalledUntrusted() {
    Exception expired =
        new CertPathValidatorException(
            "validity check failed",
            new CertificateExpiredException("NotAfter: Wed Jan 01 00:00:00 UTC 2025"));
    SSLHandshakeException handshake =
        new SSLHandshakeException("PKIX path validation failed: " + expired);
    handshake.initCause(expired);

    Verdict verdict = judge(READ, Status.UNAVAILABLE.withCause(handshake));

    assertThat(verdict.sentence())
        .contains("has expired (NotAfter: Wed Jan 01 00:00:00 UTC 2025)")
        .doesNotContain("trusted");
  }

  @Test
  void whatGrpcTellsOfItsOwnPartsIsLeftOut() {
    assertThat(
            TransportErrors.trace(
                Status.UNAVAILABLE
                    .withDescription("io exception\nChannel Pipeline: [SslHandler#0, Http2#0]")
                    .withCause(new IOException("Connection reset"))))
        .isEqualTo("UNAVAILABLE: IOException: Connection reset");
  }

  private static Status page(int code, String headers, String title) {
    return Status.UNKNOWN.withDescription(GRPC_PAGE.formatted(code, code, headers, title));
  }

  private static Verdict judge(Operation operation, Status status) {
    Optional<Verdict> verdict =
        TransportErrors.judge(operation, new RpcFailure(status, true), Generation.V4);
    return verdict.orElseThrow();
  }
}
