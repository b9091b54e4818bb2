package io.github.chirpconnect.api.grpc;

import static io.github.chirpconnect.api.FailureKind.BAD_REQUEST;
import static io.github.chirpconnect.api.FailureKind.BUSY;
import static io.github.chirpconnect.api.FailureKind.IN_DOUBT;
import static io.github.chirpconnect.api.FailureKind.TOKEN_REFUSED;
import static io.github.chirpconnect.api.FailureKind.TRANSIENT;
import static io.github.chirpconnect.api.FailureKind.WRONG_SERVER;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Operation.Effect;
import io.github.chirpconnect.channel.token.TokenUnavailableException;
import io.github.chirpconnect.feed.Generation;
import io.grpc.Status;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Classifies failures that every gRPC server has: of the connection, of TLS ({@link TlsFailures}),
 * of a proxy or web server that answers in its place ({@link Pages}). Pure. The texts are those of
 * grpc-java, Netty and the JDK.
 */
public final class TransportErrors {
  private static final int LONGEST_REASON = 300;

  /** What grpc-java and proxies report about a broken connection or answer. */
  private static final Pattern BROKEN_ANSWER =
      Pattern.compile(
          "HTTP/2 error code|Rst Stream|RST_STREAM|end-of-stream|No value received"
              + "|missing GRPC status|Received data on closed stream|http2 exception|unexpected EOS on",
          Pattern.CASE_INSENSITIVE);

  /** An error whose text a proxy has lost. */
  private static final String EMPTY_ANSWER = "unexpected EOS on empty DATA frame";

  private static final Pattern NOT_HTTP2 =
      Pattern.compile(
          "First received frame was not SETTINGS\\. Hex dump for first 5 bytes: (\\w+)");

  /** Seen at the port of a REST interface. */
  private static final Pattern NOT_REST =
      Pattern.compile(
          "the server's port does not speak (TLS; write http:// in the URL|HTTP/1\\.1; is the URL that of a REST interface\\?)");

  /** grpc-java's description of its connection, and its note that there is a cause. */
  private static final Pattern INTERNALS =
      Pattern.compile(
          "\\s*Channel Pipeline: \\[[^\\]]*\\]"
              + "|^(io|ssl|http2) exception(?=\\s*(Channel Pipeline|$))");

  private static final Pattern TOO_LARGE = Pattern.compile("exceeds maximum size");
  private static final Pattern TOO_MANY_PINGS =
      Pattern.compile("too_many_pings|Goaway", Pattern.CASE_INSENSITIVE);

  private static final Pattern DEADLINE =
      Pattern.compile("(?i)deadline .{0,30}?exceeded after (\\d+(?:\\.\\d+)?)\\s?s");

  private static final Pattern NOT_SENT =
      Pattern.compile("waiting_for_connection|was_still_waiting");

  private TransportErrors() {}

  /**
   * @param expected the generation that the caller speaks to
   * @return empty if the generation's own rules decide
   */
  public static Optional<Verdict> judge(
      Operation operation, RpcFailure failure, Generation expected) {
    Status status = failure.status();
    String text = trace(status);
    Verdict verdict = ofConnection(text);
    if (verdict == null && status.getCause() instanceof TokenUnavailableException missing) {
      verdict =
          Verdict.ofToken(TOKEN_REFUSED, "there is no API key to send: " + missing.getMessage());
    }
    // With this code HTTP/2 promises that the server has not processed the request.
    if (verdict == null && text.contains("REFUSED_STREAM")) {
      verdict =
          Verdict.of(BUSY, operation, "the server takes no more calls on this connection", text);
    }
    if (verdict == null && Pages.isPage(text)) {
      verdict = Pages.judge(operation, failure, text);
    }
    if (verdict == null
        && text.contains(InvalidProtocolBufferException.class.getSimpleName())
        && operation.effect() != Effect.APPEND) {
      verdict =
          new Verdict(
              WRONG_SERVER,
              Subject.of(Subject.Type.GENERATION),
              "the answer is not that of a ChirpStack "
                  + expected
                  + "; something else may answer at chirpstack.url, or see chirpstack.api.version ("
                  + shorten(text)
                  + ")");
    }
    // ChirpStack uses another code for refusals.
    if (verdict == null && status.getCode() == Status.Code.PERMISSION_DENIED) {
      verdict =
          new Verdict(
              WRONG_SERVER,
              Subject.of(Subject.Type.PROXY),
              "something before ChirpStack refuses the call ("
                  + shorten(text)
                  + "); let it pass this worker's address, the path and the authorization header");
    }
    if (verdict == null && status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
      verdict = exhausted(operation, failure, text);
    }
    return Optional.ofNullable(verdict);
  }

  /** No answer, or one that does not show whether the call was carried out. */
  public static Verdict outage(Operation operation, RpcFailure failure, String text) {
    if (operation.effect() != Effect.APPEND) {
      return Verdict.of(TRANSIENT, operation, "ChirpStack could not answer", text);
    }
    if (!failure.sent()) {
      return notTaken(operation, text);
    }
    return Verdict.of(
        IN_DOUBT, operation, "no answer says whether ChirpStack took the command", text);
  }

  /** The call was certainly not carried out; a later one can succeed. */
  public static Verdict notTaken(Operation operation, String text) {
    return Verdict.of(TRANSIENT, operation, "ChirpStack could not take the command", text);
  }

  /**
   * Whether the answer exceeded the client's limit. A list can then be requested in smaller parts.
   */
  public static boolean answerTooLarge(Status status) {
    return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
        && TOO_LARGE.matcher(trace(status)).find();
  }

  /** Whether a web server or proxy answered with a page. */
  public static boolean isPage(Status status) {
    return Pages.isPage(trace(status));
  }

  /**
   * Whether the server's error arrived without its status: some proxies lose it with the first
   * error of a connection. The next one arrives complete.
   */
  static boolean isEmptyAnswer(Status status) {
    return status.getCode() == Status.Code.INTERNAL && trace(status).contains(EMPTY_ANSWER);
  }

  /** Whether the answer broke off, so that a status of INTERNAL does not come from the server. */
  public static boolean isBroken(Status status) {
    return BROKEN_ANSWER.matcher(trace(status)).find();
  }

  private static Verdict ofConnection(String text) {
    Matcher notHttp2 = NOT_HTTP2.matcher(text);
    if (notHttp2.find()) {
      return Verdict.ofServer(WRONG_SERVER, ofFirstBytes(notHttp2.group(1)));
    }
    Matcher notRest = NOT_REST.matcher(text);
    if (notRest.find()) {
      return Verdict.ofServer(WRONG_SERVER, notRest.group());
    }
    return TlsFailures.judge(text).orElse(null);
  }

  /** Five bytes, in hexadecimal digits. */
  private static String ofFirstBytes(String bytes) {
    // A TLS record of an alert or a handshake.
    if (bytes.startsWith("1503") || bytes.startsWith("1603")) {
      return "the server's port expects TLS, and the call came without; write grpcs:// in chirpstack.url";
    }
    // "HTTP/". nginx answers so where it expects TLS.
    String orTls = bytes.startsWith("485454502f") ? ", or does it expect TLS (grpcs://)" : "";
    return "the server's port does not speak gRPC (HTTP/2); is chirpstack.url that of ChirpStack's API"
        + orTls
        + "?";
  }

  private static Verdict exhausted(Operation operation, RpcFailure failure, String text) {
    if (TOO_LARGE.matcher(text).find()) {
      return Verdict.of(
          BAD_REQUEST,
          operation,
          "the answer is too large; raise chirpstack.max.message.bytes",
          text);
    }
    // The server or a proxy finds the keep-alive too frequent and closes the connection; the
    // channel then slows it down by itself.
    if (TOO_MANY_PINGS.matcher(text).find()) {
      return outage(operation, failure, text);
    }
    return Verdict.of(BUSY, operation, "the server has no room for the call", text);
  }

  /** The code, the description and the causes' messages: the causes explain an "io exception". */
  public static String trace(Status status) {
    StringBuilder text = new StringBuilder(status.getCode().name());
    String description = description(status);
    if (!description.isEmpty()) {
      text.append(": ").append(description);
    }
    int depth = 0;
    for (Throwable cause = status.getCause();
        cause != null && depth < 8;
        cause = cause.getCause(), depth++) {
      String message = cause.getMessage();
      if (message != null && text.indexOf(message) < 0) {
        text.append(": ").append(cause.getClass().getSimpleName()).append(": ").append(message);
      }
    }
    return text.toString();
  }

  /**
   * Without grpc-java's details: the state of streams and buffers after a deadline, the handlers of
   * a connection.
   */
  private static String description(Status status) {
    String description = status.getDescription() == null ? "" : status.getDescription();
    Matcher deadline = DEADLINE.matcher(description);
    if (status.getCode() != Status.Code.DEADLINE_EXCEEDED || !deadline.find()) {
      return INTERNALS.matcher(description).replaceAll("").strip();
    }
    String what = NOT_SENT.matcher(description).find() ? "no connection" : "no answer";
    return String.format(
        Locale.ROOT, "%s within %.1f s", what, Double.parseDouble(deadline.group(1)));
  }

  /** One line of limited length: error pages come with headers and body. */
  public static String shorten(String text) {
    String line = text.replaceAll("\\s+", " ").trim();
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }
}
