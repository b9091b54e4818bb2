package io.github.chirpconnect.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpStatusMappingTest {

  @Test
  void believesTheBodyRatherThanTheStatusLine() {
    // v3 writes ABORTED and ALREADY_EXISTS as 409, and three codes as 400.
    Status status =
        ofAnswer(409, "{\"error\":\"busy\",\"code\":10,\"message\":\"busy\",\"details\":[]}");
    assertThat(status.getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(status.getDescription()).isEqualTo("busy");
  }

  @Test
  void readsTheErrorOfAStreamPath() {
    Status status =
        ofAnswer(
            401,
            "{\"error\":{\"grpcCode\":16,\"httpCode\":401,\"message\":\"not authorized\",\"httpStatus\":\"Unauthorized\",\"details\":[]}}");
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(status.getDescription()).isEqualTo("not authorized");
  }

  @Test
  void readsTheErrorOfTheProxyBeforeVersion4() {
    Status status = ofAnswer(401, "{\"code\":16, \"message\":\"\", \"details\":[]}");
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(status.getDescription()).isNull();
  }

  @Test
  void tellsAnUnknownPathFromAnUnknownObject() {
    assertThat(ofAnswer(404, "{\"code\":5,\"message\":\"Not Found\",\"details\":[]}").getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(HttpStatusMapping.ofAnswer(404, "text/plain", "", bytes("Not Found\n")).getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(
            ofAnswer(404, "{\"code\":5,\"message\":\"object does not exist\",\"details\":[]}")
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource({
    "301, UNIMPLEMENTED",
    "400, UNIMPLEMENTED",
    "401, UNAUTHENTICATED",
    "403, PERMISSION_DENIED",
    "404, UNIMPLEMENTED",
    "405, UNIMPLEMENTED",
    "408, UNAVAILABLE",
    "413, RESOURCE_EXHAUSTED",
    "429, RESOURCE_EXHAUSTED",
    "500, UNAVAILABLE",
    "501, UNAVAILABLE",
    "502, UNAVAILABLE",
    "503, UNAVAILABLE",
    "504, UNAVAILABLE"
  })
  void goesByTheStatusLineOfAPage(int http, Status.Code code) {
    Status status =
        HttpStatusMapping.ofAnswer(http, "text/html", "", bytes("<html>\n <h1>nginx</h1></html>"));
    assertThat(status.getCode()).isEqualTo(code);
    assertThat(status.getDescription())
        .startsWith("HTTP status code " + http + ", invalid content-type: text/html; ")
        .endsWith("<html> <h1>nginx</h1></html>");
  }

  @Test
  void takesNoOtherGatewaysCodeForOneOfGrpcs() {
    assertThat(ofAnswer(503, "{\"code\":503,\"message\":\"no healthy upstream\"}").getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(ofAnswer(404, "{\"message\":\"no Route matched with those values\"}").getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(ofAnswer(500, "{\"code\":0}").getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void saysWhereARedirectPoints() {
    assertThat(
            HttpStatusMapping.ofAnswer(301, "", "https://lns.example.com/api", bytes(""))
                .getDescription())
        .contains("redirect", "https://lns.example.com/api");
  }

  @Test
  void shortensPages() {
    assertThat(
            HttpStatusMapping.ofAnswer(502, "text/html", "", bytes("x".repeat(100_000)))
                .getDescription())
        .hasSizeLessThan(400)
        .endsWith("…");
  }

  @Test
  void knowsWhatNeverReachedTheServer() {
    assertThat(
            HttpStatusMapping.neverSent(new CompletionException(new ConnectException("refused"))))
        .isTrue();
    assertThat(HttpStatusMapping.neverSent(new HttpConnectTimeoutException("slow"))).isTrue();
    assertThat(HttpStatusMapping.neverSent(new EOFException())).isFalse();
    // May be the end of a connection on which the request has gone out.
    assertThat(HttpStatusMapping.neverSent(new SSLException("closed"))).isFalse();
  }

  @Test
  void keepsTheCauseOfABrokenConnection() {
    SSLHandshakeException untrusted = new SSLHandshakeException("PKIX path building failed");
    Status status = HttpStatusMapping.ofFailure(new CompletionException(untrusted), "lns:443");
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).contains("lns:443");
    assertThat(status.getCause()).isSameAs(untrusted);
  }

  @Test
  void saysWhenThePortSpeaksSomethingElse() {
    Status clear =
        HttpStatusMapping.ofFailure(
            new SSLException("Unsupported or unrecognized SSL message"), "lns:80");
    assertThat(clear.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(clear.getDescription()).contains("http://");

    Status garbage =
        HttpStatusMapping.ofFailure(new ProtocolException("Invalid status line: \"?\""), "lns:80");
    assertThat(garbage.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(HttpStatusMapping.ofFailure(new IOException("reset"), "lns:80").getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void knowsAPortOfGrpcByTheSettingsThatItSends() {
    String reset = "parsing HTTP/1.1 status line, receiving [%s], parser state [STATUS_LINE]";
    assertThat(ofReset(reset.formatted("\0\0\6\4\0\0")).getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(ofReset(reset.formatted("HTTP/1.1 2")).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(ofReset(reset.formatted("")).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  private static Status ofReset(String message) {
    return HttpStatusMapping.ofFailure(
        new IOException(message, new SocketException("Connection reset")), "lns:80");
  }

  private static Status ofAnswer(int http, String json) {
    return HttpStatusMapping.ofAnswer(http, "application/json", "", bytes(json));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
