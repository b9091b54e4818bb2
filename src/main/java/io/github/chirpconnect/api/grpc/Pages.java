package io.github.chirpconnect.api.grpc;

import static io.github.chirpconnect.api.FailureKind.BAD_REQUEST;
import static io.github.chirpconnect.api.FailureKind.BUSY;
import static io.github.chirpconnect.api.FailureKind.WRONG_SERVER;

import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.Subject.Type;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pages that a web server or proxy sends in ChirpStack's place. Pure. The texts around them are
 * grpc-java's; the transport over REST uses the same.
 */
final class Pages {
  private static final int LONGEST_QUOTE = 120;

  private static final Pattern HTTP_STATUS = Pattern.compile("HTTP status code (\\d{3})");
  private static final Pattern CONTENT_TYPE = Pattern.compile("invalid content-type: ([^\\s;]+)");
  private static final Pattern TITLE =
      Pattern.compile("<title[^>]*>(.*?)</title>", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern BODY = Pattern.compile("DATA-{5,}\\s*(.*)", Pattern.DOTALL);
  private static final Pattern REDIRECT =
      Pattern.compile("(?:it points to |\\blocation=)([^\\s,):]+://[^\\s,)]+)");

  private Pages() {}

  static boolean isPage(String text) {
    return HTTP_STATUS.matcher(text).find();
  }

  /**
   * @param text of a status for which {@link #isPage} is true
   */
  static Verdict judge(Operation operation, RpcFailure failure, String text) {
    Matcher http = HTTP_STATUS.matcher(text);
    if (!http.find()) {
      throw new IllegalArgumentException(text);
    }
    int code = Integer.parseInt(http.group(1));
    String page = quote(code, text);
    if (code == 413) {
      return Verdict.of(BAD_REQUEST, operation, "a proxy refused the request as too large", page);
    }
    if (code == 429) {
      return Verdict.of(BUSY, operation, "a proxy permits no more calls", page);
    }
    if (code >= 500) {
      Verdict outage = TransportErrors.outage(operation, failure, unreachable(code, page));
      return of(outage.kind(), Type.PROXY, outage.sentence());
    }
    if (code == 400 && text.contains("SSL certificate")) {
      return of(
          WRONG_SERVER,
          Type.CLIENT_CERTIFICATE,
          "the proxy before ChirpStack demands a client certificate that it trusts ("
              + page
              + "); "
              + TlsFailures.SET_CLIENT_CERTIFICATE);
    }
    return of(WRONG_SERVER, Type.PROXY, sentence(code, text, page));
  }

  private static Verdict of(FailureKind kind, Type type, String sentence) {
    return new Verdict(kind, Subject.of(type), sentence);
  }

  private static String unreachable(int code, String page) {
    return code == 501
        ? page + "; it is still starting, or a proxy does not know the method"
        : "a proxy before it says "
            + page
            + "; if that lasts, check that the proxy's route leads to ChirpStack's port and passes gRPC on";
  }

  private static String sentence(int code, String text, String page) {
    if (text.contains("plain HTTP request was sent to HTTPS port")) {
      return "the server's port expects TLS, and the call came without ("
          + page
          + "); write grpcs:// or https:// in chirpstack.url";
    }
    if (code == 401 || code == 403) {
      return "a proxy before ChirpStack refuses the call ("
          + page
          + "); let it pass this worker's address, the path and the authorization header, which is for ChirpStack itself";
    }
    if (overRest(text) && isOfWebInterface(code, text)) {
      return "this port has a web interface where the REST interface would answer ("
          + page
          + "); ChirpStack v4's own port has its web interface and gRPC: write grpc:// (with TLS grpcs://) in chirpstack.url";
    }
    Matcher redirect = REDIRECT.matcher(text);
    if (redirect.find()) {
      return "the server points elsewhere, to "
          + redirect.group(1)
          + " ("
          + page
          + "); write the address of ChirpStack's API in chirpstack.url";
    }
    return "what answers is a web server or proxy, not ChirpStack's API ("
        + page
        + "); check chirpstack.url, and that the proxy has a route to ChirpStack for it"
        + (overRest(text) ? "" : " that passes gRPC (HTTP/2) on");
  }

  /** ChirpStack v4's port has no file at a path of the REST interface: 404, without a text. */
  private static boolean isOfWebInterface(int code, String text) {
    return code == 200
        ? !text.contains("application/json")
        : code == 404 && text.contains("invalid content-type: application/octet-stream");
  }

  /** grpc-java quotes the headers of a page; the transport over REST does not. */
  private static boolean overRest(String text) {
    return !text.contains("headers: Metadata(");
  }

  /** The status, the content type, and the text that a reader of the page would see first. */
  private static String quote(int code, String text) {
    StringBuilder quote = new StringBuilder("HTTP ").append(code);
    Matcher type = CONTENT_TYPE.matcher(text);
    if (type.find()) {
      quote.append(", ").append(type.group(1));
    }
    Matcher title = TITLE.matcher(text);
    Matcher body = BODY.matcher(text);
    String said = title.find() ? title.group(1) : body.find() ? body.group(1) : "";
    String line = said.replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ").strip();
    if (!line.isEmpty()) {
      quote
          .append(": '")
          .append(line, 0, Math.min(line.length(), LONGEST_QUOTE))
          .append(line.length() > LONGEST_QUOTE ? "…'" : "'");
    }
    return quote.toString();
  }
}
