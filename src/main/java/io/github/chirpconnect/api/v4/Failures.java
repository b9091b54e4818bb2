package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.FailureKind.BAD_REQUEST;
import static io.github.chirpconnect.api.FailureKind.BUSY;
import static io.github.chirpconnect.api.FailureKind.IN_DOUBT;
import static io.github.chirpconnect.api.FailureKind.NOT_PERMITTED;
import static io.github.chirpconnect.api.FailureKind.TRANSIENT;
import static io.github.chirpconnect.api.FailureKind.WRONG_SERVER;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.v4.Judgement.AskAccess;
import io.github.chirpconnect.api.v4.Judgement.AskCodec;
import io.github.chirpconnect.api.v4.Judgement.Clear;
import io.github.chirpconnect.api.v4.Operation.Effect;
import io.github.chirpconnect.channel.TokenUnavailableException;
import io.grpc.Status;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what the status of a failed call means. Pure: it looks at the operation, the status and
 * whether the request may have been sent, and at nothing else.
 *
 * <p>ChirpStack v4 has few codes and many meanings. Every refusal is UNAUTHENTICATED. INTERNAL is a
 * malformed EUI, an unknown device, a codec's error, and a database or Redis that is down: only the
 * text differs. NOT_FOUND is said to admin keys alone. The texts here are those of ChirpStack 4.x
 * on SQLite and on PostgreSQL, and of grpc-java for what the connection itself says.
 */
final class Failures {
  private static final int LONGEST_REASON = 300;

  /** The hex parser's three ways to refuse an EUI. */
  private static final Pattern NOT_HEX =
      Pattern.compile(
          "Invalid character '.+' at position \\d+|Invalid string length|Odd number of digits");

  /**
   * A queue item's foreign key is its device: SQLite's words, PostgreSQL's, and ChirpStack's own.
   */
  private static final Pattern NO_SUCH_OBJECT =
      Pattern.compile(
          "FOREIGN KEY constraint failed|violates foreign key constraint|Object does not exist");

  private static final Pattern INVALID =
      Pattern.compile("^Validation error: |^Not allowed \\(|^(start|end) is None$");

  private static final Pattern SCRIPT =
      Pattern.compile("^JS error: |^encodeDownlink returned errors: |^Error converting from js ");

  /** Said before the statement ran. An empty text is a database error while rights were checked. */
  private static final Pattern OUTAGE_BEFORE_DOING =
      Pattern.compile(
          "^$|database is locked|Connection refused|Error occurred while creating a new object"
              + "|Timeout occurred while |timed out waiting for connection|too many clients"
              + "|remaining connection slots|the database system is ",
          Pattern.CASE_INSENSITIVE);

  /** What grpc-java and proxies say of a connection or an answer that broke. */
  private static final Pattern BROKEN_ANSWER =
      Pattern.compile(
          "HTTP/2 error code|Rst Stream|RST_STREAM|end-of-stream|No value received"
              + "|missing GRPC status|Received data on closed stream|http2 exception",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern HTTP_STATUS = Pattern.compile("HTTP status code (\\d{3})");
  private static final Pattern CONTENT_TYPE = Pattern.compile("invalid content-type: ([^\\s;]+)");
  private static final Pattern NOT_HTTP2 =
      Pattern.compile(
          "First received frame was not SETTINGS\\. Hex dump for first 5 bytes: (\\w+)");
  private static final Pattern OLD_GENERATION =
      Pattern.compile("unknown (service|method)|error unmarshalling request");
  private static final Pattern TOO_LARGE = Pattern.compile("exceeds maximum size");
  private static final Pattern TOO_MANY_PINGS =
      Pattern.compile("too_many_pings|Goaway", Pattern.CASE_INSENSITIVE);

  private Failures() {}

  /** Judges a call that failed. */
  static Judgement judge(Operation operation, CallFailure failure) {
    Status status = failure.status();
    String text = trace(status);
    Clear connection = ofConnection(operation, text);
    if (connection != null) {
      return connection;
    }
    if (status.getCause() instanceof TokenUnavailableException missing) {
      return new Clear(
          FailureKind.TOKEN_REFUSED, "there is no API key to send: " + missing.getMessage());
    }
    // HTTP/2's promise that the server has not looked at the request.
    if (text.contains("REFUSED_STREAM")) {
      return clear(BUSY, operation, "the server takes no more calls on this connection", text);
    }
    Matcher http = HTTP_STATUS.matcher(text);
    if (http.find()) {
      return ofPage(operation, failure, Integer.parseInt(http.group(1)), text);
    }
    String description = status.getDescription() == null ? "" : status.getDescription();
    return switch (status.getCode()) {
      case UNAUTHENTICATED -> new AskAccess();
      case NOT_FOUND -> noSuch(operation, text);
      case PERMISSION_DENIED ->
          clear(NOT_PERMITTED, operation, "something before ChirpStack refused the call", text);
      case INVALID_ARGUMENT, OUT_OF_RANGE, FAILED_PRECONDITION, ALREADY_EXISTS ->
          clear(BAD_REQUEST, operation, "ChirpStack refused the request", text);
      case UNIMPLEMENTED -> wrongGeneration(text);
      case RESOURCE_EXHAUSTED -> exhausted(operation, failure, text);
      case INTERNAL -> internal(operation, failure, description, text);
      case OK -> clear(TRANSIENT, operation, "the server ended the stream", "");
      default -> outage(operation, failure, text);
    };
  }

  /**
   * Whether the answer was larger than the client accepts; a list can be asked for in smaller
   * parts.
   */
  static boolean answerTooLarge(Status status) {
    return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
        && TOO_LARGE.matcher(trace(status)).find();
  }

  /**
   * Whether a web server or proxy answered with a page of its own, so that nothing is known of
   * ChirpStack.
   */
  static boolean isPage(Status status) {
    return HTTP_STATUS.matcher(trace(status)).find();
  }

  /** What to say of a token that the server does not accept, from the server's own words. */
  static Clear tokenRefused(Status status) {
    String description = status.getDescription() == null ? "" : status.getDescription();
    String why =
        switch (description) {
          case "" -> "it was deleted";
          case "InvalidSignature" ->
              "it was made by another server, or the server's secret has changed";
          case "ExpiredSignature" ->
              "it has expired; a user's login token does, an API key does not";
          case "InvalidToken" -> "it is no token at all";
          case "no authorization provided" ->
              "it did not arrive; does a proxy drop the authorization header?";
          default -> shorten(description);
        };
    return new Clear(
        FailureKind.TOKEN_REFUSED,
        "ChirpStack does not accept the API key ("
            + why
            + "); create one in its web interface and configure that");
  }

  static Clear readOnly() {
    return new Clear(
        FailureKind.READ_ONLY,
        "the API key may read but not write, so no command can succeed with it; create one that is not read-only");
  }

  static Clear notPermitted(Operation operation) {
    return new Clear(
        NOT_PERMITTED,
        operation.subject() + " does not exist, or the API key is for another tenant");
  }

  /** Refused, yet a moment later permitted: the key or its rights changed in between. */
  static Clear permittedByNow(Operation operation) {
    return new Clear(
        TRANSIENT,
        operation.subject()
            + ": the call was refused, but the API key is permitted by now; try again");
  }

  private static Clear ofConnection(Operation operation, String text) {
    Matcher notHttp2 = NOT_HTTP2.matcher(text);
    if (notHttp2.find()) {
      String bytes = notHttp2.group(1);
      if (bytes.startsWith("1503")) {
        return new Clear(
            WRONG_SERVER,
            "the server's port speaks TLS, and was spoken to in clear; write grpcs:// in the URL");
      }
      return new Clear(
          WRONG_SERVER,
          "the server's port does not speak gRPC (HTTP/2); is the URL that of ChirpStack's API?");
    }
    if (text.contains("not an SSL/TLS record")) {
      return new Clear(
          WRONG_SERVER,
          "the server's port does not speak TLS; write grpc:// in the URL, or put TLS before it");
    }
    if (text.contains("PKIX path")
        || text.contains("CertificateException")
        || text.contains("No subject alternative")
        || text.contains("No name matching")) {
      return new Clear(
          WRONG_SERVER,
          "the server's certificate is not trusted or is for another name; see chirpstack.ssl.truststore.location and"
              + " chirpstack.authority ("
              + shorten(text)
              + ")");
    }
    if (text.contains("Received fatal alert")) {
      return new Clear(
          WRONG_SERVER,
          "the server refused the TLS handshake; does it want a client certificate, or another TLS version? ("
              + shorten(text)
              + ")");
    }
    if (text.contains(InvalidProtocolBufferException.class.getSimpleName())
        && operation.effect() != Effect.APPEND) {
      return new Clear(
          WRONG_SERVER,
          "the answer is not that of a ChirpStack v4; see chirpstack.api.version ("
              + shorten(text)
              + ")");
    }
    return null;
  }

  private static Clear ofPage(Operation operation, CallFailure failure, int code, String text) {
    Matcher type = CONTENT_TYPE.matcher(text);
    String page = "HTTP " + code + (type.find() ? ", " + type.group(1) : "");
    if (code == 413) {
      return clear(BAD_REQUEST, operation, "a proxy refused the request as too large", page);
    }
    if (code == 429) {
      return clear(BUSY, operation, "a proxy permits no more calls", page);
    }
    if (code >= 500) {
      return outage(operation, failure, page);
    }
    return new Clear(
        WRONG_SERVER,
        "what answers is a web server or proxy, not ChirpStack's gRPC interface ("
            + page
            + "); check the URL");
  }

  private static Clear wrongGeneration(String text) {
    String which =
        OLD_GENERATION.matcher(text).find()
            ? "looks like ChirpStack v3"
            : "is no ChirpStack v4 of 4.3 or later";
    return new Clear(
        WRONG_SERVER,
        "what answers "
            + which
            + " ("
            + shorten(text)
            + "); check the URL and chirpstack.api.version");
  }

  private static Clear exhausted(Operation operation, CallFailure failure, String text) {
    if (TOO_LARGE.matcher(text).find()) {
      return clear(
          BAD_REQUEST,
          operation,
          "the answer is too large; raise chirpstack.max.message.bytes",
          text);
    }
    // The server or a proxy finds the keep-alive too frequent and hangs up: the channel slows it
    // down by itself.
    if (TOO_MANY_PINGS.matcher(text).find()) {
      return outage(operation, failure, text);
    }
    return clear(BUSY, operation, "the server has no room for the call", text);
  }

  private static Judgement internal(
      Operation operation, CallFailure failure, String description, String text) {
    if (OLD_GENERATION.matcher(description).find()) {
      return wrongGeneration(text);
    }
    if (NOT_HEX.matcher(description).find()) {
      return clear(BAD_REQUEST, operation, "an EUI has 16 hexadecimal digits", text);
    }
    if (NO_SUCH_OBJECT.matcher(description).find()) {
      return noSuch(operation, text);
    }
    if (INVALID.matcher(description).find()) {
      return clear(BAD_REQUEST, operation, "ChirpStack refused the request", text);
    }
    Clear outage = outage(operation, failure, text);
    if (!operation.codec()) {
      return outage;
    }
    Clear codec =
        clear(
            BAD_REQUEST, operation, "the device profile's codec could not encode the object", text);
    if (SCRIPT.matcher(description).find()) {
      return codec;
    }
    boolean broken =
        OUTAGE_BEFORE_DOING.matcher(description).find() || BROKEN_ANSWER.matcher(text).find();
    return broken ? outage : new AskCodec(codec, outage);
  }

  private static Clear noSuch(Operation operation, String text) {
    return clear(NOT_PERMITTED, operation, "no such object", text);
  }

  private static Clear outage(Operation operation, CallFailure failure, String text) {
    if (operation.effect() != Effect.APPEND) {
      return clear(TRANSIENT, operation, "ChirpStack could not answer", text);
    }
    String description =
        failure.status().getDescription() == null ? "" : failure.status().getDescription();
    boolean saidBefore =
        failure.status().getCode() == Status.Code.INTERNAL
            && OUTAGE_BEFORE_DOING.matcher(description).find()
            && !BROKEN_ANSWER.matcher(text).find();
    if (!failure.sent() || saidBefore) {
      return clear(TRANSIENT, operation, "ChirpStack could not take the command", text);
    }
    return clear(IN_DOUBT, operation, "no answer says whether ChirpStack took the command", text);
  }

  private static Clear clear(FailureKind kind, Operation operation, String sentence, String text) {
    return new Clear(
        kind,
        operation.subject() + ": " + sentence + (text.isEmpty() ? "" : " (" + shorten(text) + ")"));
  }

  /**
   * The code, the description and the causes' messages: what is behind an "io exception" is in the
   * causes.
   */
  private static String trace(Status status) {
    StringBuilder text = new StringBuilder(status.getCode().name());
    if (status.getDescription() != null && !status.getDescription().isEmpty()) {
      text.append(": ").append(status.getDescription());
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

  /** One line of bearable length: error pages come with headers and body. */
  private static String shorten(String text) {
    String line = text.replaceAll("\\s+", " ").trim();
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }
}
