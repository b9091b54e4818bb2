package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.FailureKind.BAD_REQUEST;
import static io.github.chirpconnect.api.FailureKind.CODEC_TIMEOUT;
import static io.github.chirpconnect.api.FailureKind.NOT_PERMITTED;
import static io.github.chirpconnect.api.FailureKind.TRANSIENT;
import static io.github.chirpconnect.api.FailureKind.WRONG_SERVER;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Classification;
import io.github.chirpconnect.api.grpc.Classification.Final;
import io.github.chirpconnect.api.grpc.Classification.NeedsKeyProbe;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.Operation.Effect;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.TransportErrors;
import io.github.chirpconnect.api.grpc.Verdict;
import io.github.chirpconnect.config.Endpoint;
import io.github.chirpconnect.feed.Generation;
import io.grpc.Status;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Classifies the status of a failed call. Pure: it depends only on the operation, the status and
 * whether the request may have been sent.
 *
 * <p>ChirpStack v4 uses few codes for many meanings. Every refusal is UNAUTHENTICATED. INTERNAL is
 * a malformed EUI, an unknown device, a codec's error, or a database or Redis that is down: only
 * the text differs. Only admin keys get NOT_FOUND. The texts here are those of ChirpStack 4.x on
 * SQLite and on PostgreSQL; failures of the connection itself are classified before.
 */
final class ErrorClassifier {
  /** Three messages of the hex parser for an invalid EUI. */
  private static final Pattern NOT_HEX =
      Pattern.compile(
          "Invalid character '.+' at position \\d+|Invalid string length|Odd number of digits");

  /**
   * A queue item refers to its device by a foreign key, that of a group to its gateway: the
   * messages of SQLite and of PostgreSQL.
   */
  private static final Pattern FOREIGN_KEY =
      Pattern.compile("FOREIGN KEY constraint failed|violates foreign key constraint");

  private static final Pattern NO_SUCH_OBJECT = Pattern.compile("Object does not exist");

  private static final Pattern INVALID =
      Pattern.compile("^Validation error: |^Not allowed \\(|^(start|end) is None$");

  private static final Pattern SCRIPT =
      Pattern.compile("^JS error: |^encodeDownlink returned errors: |^Error converting from js ");

  /**
   * The script was stopped after {@code codec.js.max_execution_time}. The limit counts wall time,
   * so on a loaded server it stops short scripts as well.
   */
  private static final Pattern SCRIPT_STOPPED =
      Pattern.compile("^JS error: \\w*Error: interrupted");

  /**
   * Errors that come before the statement ran. An empty text is a database error during the check
   * of rights.
   */
  private static final Pattern OUTAGE_BEFORE_DOING =
      Pattern.compile(
          "^$|database is locked|Connection refused|Error occurred while creating a new object"
              + "|Timeout occurred while |timed out waiting for connection|too many clients"
              + "|remaining connection slots|the database system is ",
          Pattern.CASE_INSENSITIVE);

  /** The last one is v3's answer over REST to a path of v4, part of which it reads as an id. */
  private static final Pattern OLD_GENERATION =
      Pattern.compile("unknown (service|method)|error unmarshalling request|uuid error: uuid: ");

  /** There is no route for the method, or the proxy does not know the route. */
  private static final Pattern NOT_OVER_REST =
      Pattern.compile("has no REST form|the REST interface does not know this path");

  static final String EMPTY_PAYLOAD =
      "the payload in the queue is empty: either the codec made it so, or the device's profile, which the API key may not"
          + " see, has no codec";

  static final String CODEC_NOT_SHOWN =
      "whether the device's profile has a codec could not be seen with this API key; without one the payload is empty";

  static final String DISABLED =
      "the device is disabled: ChirpStack keeps the downlink in the queue, and sends it only when the device is enabled again";

  private static final String GATEWAY_GONE =
      "a gateway that heard the group's devices does not exist any more, so ChirpStack can't queue for the group until"
          + " its devices were heard again; give the group gateways of its own";

  private ErrorClassifier() {}

  /** ChirpStack v4 would queue an empty payload. */
  static ApiException noCodec(String devEui, String profile) {
    return new ApiException(
        BAD_REQUEST,
        "device "
            + devEui
            + ": its device profile '"
            + profile
            + "' has no codec, so that ChirpStack would queue an empty payload for the object; give the profile a codec, or"
            + " send data");
  }

  /** Classifies the end of a stream. */
  static Classification judgeEnd(Operation operation, RpcFailure end) {
    Status status = end.status();
    if (status.getCode() == Status.Code.UNIMPLEMENTED
        && NOT_OVER_REST.matcher(TransportErrors.trace(status)).find()) {
      return new Final(
          new Verdict(
              FailureKind.UNUSABLE_SERVER,
              Subject.of(Subject.Type.FEED),
              Endpoint.NO_STREAMS_ON_V4));
    }
    return judge(operation, end);
  }

  /** Classifies a failed call. */
  static Classification judge(Operation operation, RpcFailure failure) {
    Optional<Verdict> connection = TransportErrors.judge(operation, failure, Generation.V4);
    if (connection.isPresent()) {
      return new Final(connection.get());
    }
    Status status = failure.status();
    String text = TransportErrors.trace(status);
    String description = status.getDescription() == null ? "" : status.getDescription();
    return switch (status.getCode()) {
      case UNAUTHENTICATED -> new NeedsKeyProbe();
      case NOT_FOUND -> noSuch(operation, text);
      case INVALID_ARGUMENT, OUT_OF_RANGE, FAILED_PRECONDITION, ALREADY_EXISTS ->
          OLD_GENERATION.matcher(description).find()
              ? wrongGeneration(text)
              : clear(BAD_REQUEST, operation, "ChirpStack refused the request", text);
      case UNIMPLEMENTED -> wrongGeneration(text);
      case INTERNAL -> internal(operation, failure, description, text);
      case OK -> clear(TRANSIENT, operation, "the server ended the stream", "");
      default -> new Final(outage(operation, failure, text));
    };
  }

  /** What to report about a token that the server does not accept, from the server's own words. */
  static Verdict tokenRefused(Status status) {
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
          default -> TransportErrors.shorten(description);
        };
    return Verdict.ofToken(
        FailureKind.TOKEN_REFUSED,
        "ChirpStack does not accept the API key ("
            + why
            + "); create one in its web interface and configure that");
  }

  static Verdict readOnly() {
    return Verdict.ofToken(
        FailureKind.READ_ONLY,
        "the API key may read but not write, so no command can succeed with it; create one that is not read-only");
  }

  static Verdict notPermitted(Operation operation) {
    return new Verdict(
        NOT_PERMITTED,
        operation.subject(),
        operation.subject() + " does not exist, or the API key is for another tenant");
  }

  /** Refused, and permitted a moment later: the key or its rights changed in between. */
  static Verdict permittedByNow(Operation operation) {
    return new Verdict(
        TRANSIENT,
        operation.subject(),
        operation.subject()
            + ": the call was refused, but the API key is permitted by now; try again");
  }

  private static Final wrongGeneration(String text) {
    String which =
        OLD_GENERATION.matcher(text).find()
            ? "looks like ChirpStack v3"
            : "is no ChirpStack v4 of 4.3 or later";
    return new Final(
        new Verdict(
            WRONG_SERVER,
            Subject.of(Subject.Type.GENERATION),
            "what answers "
                + which
                + " ("
                + TransportErrors.shorten(text)
                + "); check the URL and chirpstack.api.version"));
  }

  /** Whether the server found a field of the request to be invalid. */
  static boolean isInvalid(Status status) {
    return status.getDescription() != null && INVALID.matcher(status.getDescription()).find();
  }

  private static Classification internal(
      Operation operation, RpcFailure failure, String description, String text) {
    if (OLD_GENERATION.matcher(description).find()) {
      return wrongGeneration(text);
    }
    if (NOT_HEX.matcher(description).find()) {
      return clear(BAD_REQUEST, operation, "an EUI has 16 hexadecimal digits", text);
    }
    if (FOREIGN_KEY.matcher(description).find()) {
      return operation.isForGroup()
          ? clear(NOT_PERMITTED, operation, GATEWAY_GONE, text)
          : noSuch(operation, text);
    }
    if (NO_SUCH_OBJECT.matcher(description).find()) {
      return noSuch(operation, text);
    }
    if (INVALID.matcher(description).find()) {
      return clear(BAD_REQUEST, operation, "ChirpStack refused the request", text);
    }
    Verdict outage = outage(operation, failure, text);
    if (!operation.codec()) {
      return new Final(outage);
    }
    Verdict codec =
        Verdict.of(
            BAD_REQUEST, operation, "the device profile's codec could not encode the object", text);
    if (SCRIPT_STOPPED.matcher(description).find()) {
      return clear(
          CODEC_TIMEOUT,
          operation,
          "the device profile's codec was not done in the server's time",
          text);
    }
    if (SCRIPT.matcher(description).find()) {
      return new Final(codec);
    }
    boolean broken =
        OUTAGE_BEFORE_DOING.matcher(description).find()
            || TransportErrors.isBroken(failure.status());
    return broken ? new Final(outage) : new NeedsCodecProbe(codec, outage);
  }

  private static Final noSuch(Operation operation, String text) {
    return clear(NOT_PERMITTED, operation, "no such object", text);
  }

  private static Verdict outage(Operation operation, RpcFailure failure, String text) {
    String description =
        failure.status().getDescription() == null ? "" : failure.status().getDescription();
    boolean saidBefore =
        operation.effect() == Effect.APPEND
            && failure.status().getCode() == Status.Code.INTERNAL
            && OUTAGE_BEFORE_DOING.matcher(description).find()
            && !TransportErrors.isBroken(failure.status());
    return saidBefore
        ? TransportErrors.notTaken(operation, text)
        : TransportErrors.outage(operation, failure, text);
  }

  private static Final clear(FailureKind kind, Operation operation, String sentence, String text) {
    return new Final(Verdict.of(kind, operation, sentence, text));
  }
}
