package io.github.chirpconnect.api.v3;

import static io.github.chirpconnect.api.FailureKind.BAD_REQUEST;
import static io.github.chirpconnect.api.FailureKind.BUSY;
import static io.github.chirpconnect.api.FailureKind.CODEC_TIMEOUT;
import static io.github.chirpconnect.api.FailureKind.NOT_PERMITTED;
import static io.github.chirpconnect.api.FailureKind.TRANSIENT;
import static io.github.chirpconnect.api.FailureKind.UNUSABLE_SERVER;
import static io.github.chirpconnect.api.FailureKind.WRONG_SERVER;

import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Classification;
import io.github.chirpconnect.api.grpc.Classification.Final;
import io.github.chirpconnect.api.grpc.Classification.NeedsKeyProbe;
import io.github.chirpconnect.api.grpc.LogCall;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.TransportErrors;
import io.github.chirpconnect.api.grpc.Verdict;
import io.github.chirpconnect.feed.Generation;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Classifies the status of a failed call. Pure: it depends only on the operation, the status,
 * whether the request may have been sent, and when a stream ended.
 *
 * <p>ChirpStack v3 uses few codes for many meanings. Every refusal is UNAUTHENTICATED; so is a
 * database that is down, or has no free connection, while the key is looked up. The network
 * server's answer to a command arrives as INTERNAL, with its real code in the text. UNKNOWN comes
 * from a codec, a database or Redis. A stream ends with OK when Redis fails, when its pool is
 * exhausted, and when an entry cannot be decoded: only the time distinguishes them.
 */
final class ErrorClassifier {
  /** The library's default wait for a connection of the Redis pool. */
  private static final Duration POOL_TIMEOUT = Duration.ofSeconds(4);

  private static final Duration POOL_TIMEOUT_MARGIN = Duration.ofSeconds(1);

  /** Too short for a failure of the server. */
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private static final String POOL_USED_UP = "connection pool timeout";

  /**
   * Codes of the network server as the application server quotes them; the last one is the cause.
   */
  private static final Pattern NESTED = Pattern.compile("rpc error: code = (\\w+) desc = ");

  /** Errors that come before the item is created at the network server. */
  private static final Pattern BEFORE_QUEUING =
      Pattern.compile(
          "get next downlink fcnt for deveui error|get network-server client error"
              + "|get multicast-group error|get network-server error"
              + "|dial network-server|begin transaction error|transaction begin error");

  /** The network server's part of a downlink for a multicast group. */
  private static final String CREATE_FOR_GROUP = "enqueue multicast-queue item error";

  private static final Pattern OUTAGE =
      Pattern.compile(
          "^EOF$|context (deadline exceeded|canceled)|connection refused|connection reset"
              + "|^dial |^redis: |^read tcp|^write tcp|i/o timeout|transaction \\w+ error"
              + "|too many clients|connection slots|the database system is |driver: bad connection",
          Pattern.CASE_INSENSITIVE);

  /** The script was stopped. Its time limit counts wall time, whatever the server's load. */
  private static final Pattern SCRIPT_STOPPED = Pattern.compile("execution timeout$");

  private static final String NO_CODEC = "unknown codec type";

  private static final Pattern INVALID =
      Pattern.compile("must not be negative$|^uuid: |^unexepcted aggregation interval");

  /**
   * The answer to a list of multicast groups with a filter that the server does not know. Without a
   * filter no API key may list them.
   */
  private static final String NO_FILTER = "subject must be user";

  /** The application server cannot decode an entry of a frame log as a LoRaWAN frame. */
  private static final Pattern UNREADABLE_FRAME = Pattern.compile("^lorawan: ");

  private static final Pattern OTHER_GENERATION =
      Pattern.compile("error unmarshalling request|failed to decode Protobuf message");

  static final String DISABLED =
      "the device is disabled: ChirpStack keeps the downlink in the queue, and sends it only when the device is enabled again";

  private ErrorClassifier() {}

  /** Classifies a failed unary call. */
  static Classification judge(Operation operation, RpcFailure failure) {
    Optional<Verdict> connection = TransportErrors.judge(operation, failure, Generation.V3);
    if (connection.isPresent()) {
      return new Final(connection.get());
    }
    Status status = failure.status();
    String text = TransportErrors.trace(status);
    String description = description(status);
    return switch (status.getCode()) {
      case UNAUTHENTICATED -> refused(operation, description, text);
      case NOT_FOUND -> clear(NOT_PERMITTED, operation, "no such object", text);
      case INVALID_ARGUMENT, OUT_OF_RANGE, FAILED_PRECONDITION, ALREADY_EXISTS ->
          clear(BAD_REQUEST, operation, "ChirpStack refused the request", text);
      case UNIMPLEMENTED -> otherGeneration("is no ChirpStack v3", text);
      case INTERNAL -> internal(operation, failure, description, text);
      case UNKNOWN -> unknown(operation, failure, description, text);
      case OK -> clear(TRANSIENT, operation, "the server ended the stream", "");
      default -> new Final(TransportErrors.outage(operation, failure, text));
    };
  }

  /** Classifies the end of a stream. */
  static Classification ofStream(Operation operation, LogCall.End end) {
    Status status = end.failure().status();
    boolean redis =
        status.getCode() == Status.Code.OK
            || (status.getCode() == Status.Code.UNKNOWN && description(status).equals("EOF"));
    if (!redis) {
      return UNREADABLE_FRAME.matcher(description(status)).find()
          ? unreadableEntry(operation, description(status))
          : judge(operation, end.failure());
    }
    Duration late = end.silence().minus(POOL_TIMEOUT);
    if (late.abs().compareTo(POOL_TIMEOUT_MARGIN) <= 0) {
      return clear(
          BUSY,
          operation,
          "the server ended the stream after waiting for a connection to Redis: its pool is used up, by these and"
              + " other streams. Open fewer, or raise redis.pool_size on the server",
          description(status));
    }
    if (end.silence().compareTo(AT_ONCE) < 0) {
      return unreadableEntry(operation, description(status));
    }
    return clear(TRANSIENT, operation, "the server ended the stream", description(status));
  }

  /**
   * @param status of the probe, which every key may make
   */
  static Verdict tokenRefused(Status status) {
    String description = description(status);
    return Verdict.ofToken(
        FailureKind.TOKEN_REFUSED,
        "ChirpStack does not accept the API key ("
            + reason(description)
            + "); create one in its web interface and configure that");
  }

  private static String reason(String description) {
    if (description.contains("signature is invalid")) {
      return "it was made by another server, or the server's secret has changed";
    }
    if (description.contains("token is expired")) {
      return "it has expired; a user's login token does, an API key does not";
    }
    if (description.contains("invalid number of segments")) {
      return "it is no token at all";
    }
    if (description.contains("no authorization-data")) {
      return "it did not arrive; does a proxy drop the authorization header?";
    }
    if (description.endsWith("not authorized")) {
      return "it was deleted, or its organization or application was";
    }
    return TransportErrors.shorten(description);
  }

  static Verdict notPermitted(Operation operation) {
    return new Verdict(
        NOT_PERMITTED,
        operation.subject(),
        operation.subject()
            + " does not exist, or the API key is for another organization or application"
            + (operation.isForGroup()
                ? "; an application's key may not use multicast groups at all"
                : ""));
  }

  /** Refused, and permitted a moment later: the key or its rights changed in between. */
  static Verdict permittedByNow(Operation operation) {
    return new Verdict(
        TRANSIENT,
        operation.subject(),
        operation.subject()
            + ": the call was refused, but the API key is permitted by now; try again");
  }

  /**
   * Between a device's first join and its first uplink the application server has no session key
   * for it, and would encrypt the payload with zeros.
   */
  static Verdict neverHeard(Operation operation) {
    return new Verdict(
        NOT_PERMITTED,
        operation.subject(),
        operation.subject()
            + " has not sent an uplink yet; until then ChirpStack v3 has no key of its session and would encrypt the payload"
            + " with a wrong one");
  }

  /** Distinguishes a refusal from a failure of the check itself. */
  private static Classification refused(Operation operation, String description, String text) {
    if (description.contains("validator func error")) {
      return clear(
          TRANSIENT, operation, "ChirpStack could not look up the rights of the API key", text);
    }
    if (description.contains("token is not valid yet")) {
      return clear(
          TRANSIENT,
          operation,
          "the API key is not valid yet by the server's clock; do the clocks of its instances differ?",
          text);
    }
    return new NeedsKeyProbe();
  }

  /** For every operation: the server's own words name another object and would mislead. */
  private static Classification otherGeneration(String what, String text) {
    boolean path = text.contains("does not know this path");
    return new Final(
        new Verdict(
            WRONG_SERVER,
            Subject.of(Subject.Type.GENERATION),
            "what answers "
                + what
                + (path ? "" : " (" + TransportErrors.shorten(text) + ")")
                + "; check the URL and chirpstack.api.version"));
  }

  private static Classification internal(
      Operation operation, RpcFailure failure, String description, String text) {
    if (OTHER_GENERATION.matcher(description).find()) {
      return otherGeneration("does not understand the request, so it is no ChirpStack v3", text);
    }
    if (operation.isForGroup()) {
      Optional<Classification> ofGroup = ofGroup(operation, description, text);
      if (ofGroup.isPresent()) {
        return ofGroup.get();
      }
    }
    boolean before = BEFORE_QUEUING.matcher(description).find();
    return switch (nestedCode(description)) {
      case "NotFound" ->
          clear(
              NOT_PERMITTED,
              operation,
              "the device is not activated, so it has to join before a downlink can be queued",
              text);
      case "InvalidArgument" ->
          description.contains("security-context out of sync")
              ? clear(
                  TRANSIENT,
                  operation,
                  "the device has joined again, and no uplink came since: its new session is not known yet",
                  text)
              : clear(BAD_REQUEST, operation, "the network server refused the request", text);
      default ->
          description.contains(POOL_USED_UP) && (before || !appends(operation))
              ? poolUsedUp(operation, text)
              : new Final(
                  before
                      ? notDone(operation, failure, text)
                      : TransportErrors.outage(operation, failure, text));
    };
  }

  private static Optional<Classification> ofGroup(
      Operation operation, String description, String text) {
    if (description.contains(CREATE_FOR_GROUP) && nestedCode(description).equals("NotFound")) {
      // The group itself was found before.
      return Optional.of(
          clear(
              NOT_PERMITTED,
              operation,
              "a gateway that heard the group's devices does not exist any more, so ChirpStack can't queue for the group"
                  + " until its devices were heard again",
              text));
    }
    if (description.endsWith("object does not exist")
        || nestedCode(description).equals("NotFound")) {
      return Optional.of(clear(NOT_PERMITTED, operation, "no such object", text));
    }
    if (description.endsWith("invalid frame-counter value")) {
      return Optional.of(
          clear(
              TRANSIENT,
              operation,
              "another downlink for the group took the frame counter at the same time",
              text));
    }
    return Optional.empty();
  }

  /** The network server's code; empty if the text has none. */
  private static String nestedCode(String description) {
    Matcher nested = NESTED.matcher(description);
    String code = "";
    while (nested.find()) {
      code = nested.group(1);
    }
    return code;
  }

  private static Classification unknown(
      Operation operation, RpcFailure failure, String description, String text) {
    if (description.contains(POOL_USED_UP) && !appends(operation)) {
      return poolUsedUp(operation, text);
    }
    if (INVALID.matcher(description).find()) {
      return clear(BAD_REQUEST, operation, "ChirpStack refused the request", text);
    }
    if (description.equals(NO_FILTER)) {
      return clear(
          UNUSABLE_SERVER,
          operation,
          "this server does not know the application as a filter of its list; multicast groups belong to one"
              + " from ChirpStack 3.16 on",
          text);
    }
    if (BEFORE_QUEUING.matcher(description).find()) {
      return new Final(notDone(operation, failure, text));
    }
    boolean codec =
        operation.codec()
            && !description.isEmpty()
            && !OUTAGE.matcher(description).find()
            && !TransportErrors.isBroken(failure.status());
    if (codec && SCRIPT_STOPPED.matcher(description).find()) {
      return clear(CODEC_TIMEOUT, operation, "the codec was not done in the server's time", text);
    }
    if (codec && description.startsWith(NO_CODEC)) {
      return clear(
          BAD_REQUEST,
          operation,
          "neither its device profile nor its application has a codec for the object; give one of them a codec, or send"
              + " data",
          text);
    }
    return codec
        ? clear(BAD_REQUEST, operation, "the codec could not encode the object", text)
        : new Final(TransportErrors.outage(operation, failure, text));
  }

  private static boolean appends(Operation operation) {
    return operation.effect() == Operation.Effect.APPEND;
  }

  private static Verdict notDone(Operation operation, RpcFailure failure, String text) {
    return appends(operation)
        ? TransportErrors.notTaken(operation, text)
        : TransportErrors.outage(operation, failure, text);
  }

  private static Classification poolUsedUp(Operation operation, String text) {
    return clear(
        BUSY,
        operation,
        "the server's connections to Redis are used up, by streams of logs; open fewer, or raise redis.pool_size on the"
            + " server",
        text);
  }

  private static Classification unreadableEntry(Operation operation, String text) {
    return clear(
        TRANSIENT,
        operation,
        "the server ended the stream at once. Either its Redis is away, or the log holds an entry that it cannot decode, and"
            + " it will end here until newer entries have displaced that one",
        text);
  }

  private static Classification clear(
      FailureKind kind, Operation operation, String sentence, String text) {
    return new Final(Verdict.of(kind, operation, sentence, text));
  }

  private static String description(Status status) {
    return status.getDescription() == null ? "" : status.getDescription();
  }
}
