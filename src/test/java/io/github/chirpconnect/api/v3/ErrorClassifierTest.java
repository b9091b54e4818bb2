package io.github.chirpconnect.api.v3;

import static io.github.chirpconnect.api.FailureKind.BAD_REQUEST;
import static io.github.chirpconnect.api.FailureKind.BUSY;
import static io.github.chirpconnect.api.FailureKind.CODEC_TIMEOUT;
import static io.github.chirpconnect.api.FailureKind.IN_DOUBT;
import static io.github.chirpconnect.api.FailureKind.NOT_PERMITTED;
import static io.github.chirpconnect.api.FailureKind.TRANSIENT;
import static io.github.chirpconnect.api.FailureKind.UNUSABLE_SERVER;
import static io.github.chirpconnect.api.FailureKind.WRONG_SERVER;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.Classification;
import io.github.chirpconnect.api.grpc.Classification.Final;
import io.github.chirpconnect.api.grpc.Classification.NeedsKeyProbe;
import io.github.chirpconnect.api.grpc.LogCall;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.golden.Golden;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorClassifierTest {
  private static final String EUI = "0102030405060708";
  private static final Operation READ = Operation.readDevice(EUI);
  private static final Operation FLUSH = Operation.flush(Target.device(EUI));
  private static final Operation ENQUEUE = Operation.enqueue(Target.device(EUI), false);
  private static final Operation ENQUEUE_OBJECT = Operation.enqueue(Target.device(EUI), true);

  private static final Target GROUP = Target.group("6ec225de-2d69-4043-9ec4-a3525e3f6ed4");
  private static final Operation ENQUEUE_FOR_GROUP = Operation.enqueue(GROUP, false);

  private static final String QUEUING_FOR_GROUP = "enqueue multicast-group queue-item error: ";
  private static final String QUEUING = "enqueue downlink payload error: ";
  private static final String CREATE =
      QUEUING + "create device-queue item error: rpc error: code = ";
  private static final String NEXT =
      QUEUING + "get next downlink fcnt for deveui error: rpc error: code = ";
  private static final String NS_REFUSED =
      "last connection error: connection error: desc = \"transport: Error while dialing dial tcp"
          + " 127.0.0.1:8010: connect: connection refused\"";

  /**
   * What each text that was ever recorded means, digits of EUIs and times aside; null where it
   * takes a question.
   */
  private static final Map<String, FailureKind> RECORDED =
      Map.ofEntries(
          entry(
              "INTERNAL " + CREATE + "DeadlineExceeded desc = context deadline exceeded", IN_DOUBT),
          entry(
              "INTERNAL " + CREATE + "InvalidArgument desc = device security-context out of sync",
              TRANSIENT),
          entry(
              "INTERNAL " + CREATE + "InvalidArgument desc = invalid fPort (must be > 0)",
              BAD_REQUEST),
          entry(
              "INTERNAL "
                  + QUEUING
                  + "get network-server client error: create network-server api client error: dial"
                  + " network-server api error: context deadline exceeded",
              TRANSIENT),
          entry("INTERNAL " + NEXT + "NotFound desc = object does not exist", NOT_PERMITTED),
          entry("INTERNAL " + NEXT + "Unavailable desc = " + NS_REFUSED, TRANSIENT),
          entry("INTERNAL " + NEXT + "Unknown desc = redis: connection pool timeout", BUSY),
          entry(
              "INTERNAL grpc: error unmarshalling request: proto: cannot parse invalid wire-format data",
              WRONG_SERVER),
          entry("NOT_FOUND object does not exist", NOT_PERMITTED),
          entry("UNAVAILABLE " + NS_REFUSED, TRANSIENT),
          entry("UNAVAILABLE transport is closing", TRANSIENT),
          entry("UNAVAILABLE Stream removed (Socket closed)", TRANSIENT),
          entry(
              "UNAVAILABLE failed to connect to all addresses; last error: UNKNOWN:"
                  + " ipv4:127.0.0.1:8081: Failed to connect to remote host: Connection refused",
              TRANSIENT),
          entry("UNKNOWN context deadline exceeded", TRANSIENT),
          entry("UNKNOWN redis: connection pool timeout", BUSY),
          entry("UNKNOWN dial tcp 127.0.0.1:6381: connect: connection refused", TRANSIENT),
          entry("UNKNOWN encode failed", BAD_REQUEST),
          entry("UNKNOWN unexpected end of JSON input", BAD_REQUEST),
          entry("UNKNOWN unknown codec type: ", BAD_REQUEST),
          entry("UNKNOWN pq: LIMIT must not be negative", BAD_REQUEST),
          entry("UNKNOWN pq: OFFSET must not be negative", BAD_REQUEST),
          entry("UNKNOWN subject must be user", UNUSABLE_SERVER),
          entry("UNKNOWN uuid: incorrect UUID length: not-a-uuid", BAD_REQUEST),
          entry(
              "RESOURCE_EXHAUSTED grpc: received message larger than max (5000001 vs. 4194304)",
              BUSY));

  /** By their beginnings: one meaning for many texts. */
  private static final Map<String, FailureKind> RECORDED_BEGINNINGS =
      Map.of(
          "INVALID_ARGUMENT ", BAD_REQUEST,
          "UNIMPLEMENTED ", WRONG_SERVER,
          "UNKNOWN unexepcted aggregation interval: ", BAD_REQUEST,
          "UNAUTHENTICATED authentication failed: validator func error: ", TRANSIENT,
          "UNAUTHENTICATED authentication failed: jwt parse error: token is not valid yet",
              TRANSIENT);

  static Stream<Golden.Call> recordedFailures() {
    return Recorded.ALL.stream()
        .filter(call -> !call.code().equals("OK") && !call.ended().equals("client"))
        .filter(call -> !call.method().startsWith("(") && !call.code().isEmpty())
        // A stream's end has its own test, and so have multicast groups.
        .filter(call -> !call.method().contains("/Stream") && !call.method().contains("Multicast"));
  }

  @ParameterizedTest
  @MethodSource("recordedFailures")
  void everyRecordedFailureHasItsMeaning(Golden.Call call) {
    boolean enqueue = call.method().endsWith("DeviceQueueService/Enqueue");
    Operation operation =
        !enqueue
            ? call.method().endsWith("/Flush") ? FLUSH : READ
            : call.name().contains("-json-") ? ENQUEUE_OBJECT : ENQUEUE;

    Classification classification =
        ErrorClassifier.judge(operation, failure(Status.Code.valueOf(call.code()), call.detail()));

    FailureKind expected = expected(call);
    if (expected == null) {
      assertThat(call.code()).isEqualTo("UNAUTHENTICATED");
      assertThat(classification).isEqualTo(new NeedsKeyProbe());
    } else {
      check(classification, expected);
    }
  }

  private static FailureKind expected(Golden.Call call) {
    String text = call.code() + " " + call.detail();
    return RECORDED_BEGINNINGS.entrySet().stream()
        .filter(known -> text.startsWith(known.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(RECORDED.get(text));
  }

  @Test
  void theTableHoldsNothingThatWasNeverRecorded() {
    Set<String> seen =
        Recorded.ALL.stream()
            .map(call -> call.code() + " " + call.detail())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(seen).containsAll(RECORDED.keySet());
    RECORDED_BEGINNINGS
        .keySet()
        .forEach(start -> assertThat(seen).anyMatch(text -> text.startsWith(start)));
  }

  static Stream<Golden.Call> endedStreams() {
    return Stream.concat(Recorded.of(Recorded.EVENTS), Recorded.of(Recorded.FRAMES))
        .filter(call -> call.ended().equals("server"));
  }

  /** What the names of the cases promise of the ends of their streams. */
  private static FailureKind expectedEnd(Golden.Call call) {
    String name = call.name();
    if (call.code().equals("UNAUTHENTICATED")) {
      return expected(call);
    }
    if (name.startsWith("pool-")) {
      return BUSY;
    }
    return switch (call.code()) {
      case "OK" -> TRANSIENT;
      case "NOT_FOUND" -> NOT_PERMITTED;
      case "INVALID_ARGUMENT" -> BAD_REQUEST;
      case "UNKNOWN" -> TRANSIENT;
      case "UNAVAILABLE" -> TRANSIENT;
      default -> null;
    };
  }

  @ParameterizedTest
  @MethodSource("endedStreams")
  void everyRecordedEndOfAStreamHasItsMeaning(Golden.Call call) {
    double ended = call.millis();
    double last = call.messages().stream().mapToDouble(Golden.Message::millis).max().orElse(0);
    LogCall.End end =
        new LogCall.End(
            failure(Status.Code.valueOf(call.code()), call.detail()),
            Duration.ofNanos((long) ((ended - last) * 1_000_000)),
            call.messages().size());
    FailureKind expected = expectedEnd(call);

    if (call.code().equals("RESOURCE_EXHAUSTED")) {
      // The recording client's words for what grpc-java says in others.
      return;
    }
    Classification classification = ErrorClassifier.ofStream(READ, end);

    if (expected == null) {
      assertThat(call.code()).isEqualTo("UNAUTHENTICATED");
      assertThat(classification).isEqualTo(new NeedsKeyProbe());
    } else {
      check(classification, expected);
    }
  }

  @Test
  void anEndAtOnceIsNoReasonToOpenFewerStreams() {
    for (Status status : List.of(Status.OK, Status.UNKNOWN.withDescription("EOF"))) {
      Final poison = (Final) ErrorClassifier.ofStream(READ, end(status, 3, 8));
      check(poison, TRANSIENT);
      assertThat(poison.verdict().sentence()).contains("cannot decode");
    }
    Final frame =
        (Final)
            ErrorClassifier.ofStream(
                READ,
                end(
                    Status.UNKNOWN.withDescription(
                        "lorawan: at least 5 bytes needed to decode PHYPayload"),
                    8_000,
                    2));
    check(frame, TRANSIENT);
    assertThat(frame.verdict().sentence()).contains("cannot decode");
  }

  @Test
  void anEndAfterThePoolsTimeoutIsOne() {
    for (Status status : List.of(Status.OK, Status.UNKNOWN.withDescription("EOF"))) {
      check(ErrorClassifier.ofStream(READ, end(status, 4_003, 0)), BUSY);
      check(ErrorClassifier.ofStream(READ, end(status, 4_003, 10)), BUSY);
      check(ErrorClassifier.ofStream(READ, end(status, 70_000, 6)), TRANSIENT);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create device-queue item error: rpc error: code = Unavailable desc = transport is closing",
        "create device-queue item error: rpc error: code = Canceled desc = context canceled",
        "create device-queue item error: rpc error: code = Unknown desc = redis: connection pool timeout",
        "something new",
      })
  void whatMayHaveBeenQueuedIsInDoubt(String text) {
    check(ErrorClassifier.judge(ENQUEUE, failure(Status.Code.INTERNAL, QUEUING + text)), IN_DOUBT);
    check(
        ErrorClassifier.judge(
            ENQUEUE, new RpcFailure(Status.INTERNAL.withDescription(QUEUING + text), false)),
        TRANSIENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "get multicast-group error: object does not exist | NOT_PERMITTED | no such object",
        "get multicast-group error: get multicast-group error: rpc error: code = NotFound desc ="
            + " object does not exist | NOT_PERMITTED | no such object",
        "enqueue multicast-queue item error: rpc error: code = NotFound desc = object does not"
            + " exist | NOT_PERMITTED | a gateway that heard the group's devices",
        "enqueue multicast-queue item error: rpc error: code = InvalidArgument desc = invalid"
            + " frame-counter value | TRANSIENT | at the same time",
        "enqueue multicast-queue item error: rpc error: code = InvalidArgument desc = invalid fPort"
            + " (must be > 0) | BAD_REQUEST | refused",
        "enqueue multicast-queue item error: rpc error: code = Unavailable desc = transport is"
            + " closing | IN_DOUBT | no answer",
        "get multicast-group error: get multicast-group error: rpc error: code = Unavailable desc ="
            + " transport is closing | TRANSIENT | could not take",
        "get network-server error: driver: bad connection | TRANSIENT | could not take",
      })
  void whatADownlinkForAGroupMeetsIsTold(String text, FailureKind kind, String words) {
    Classification classification =
        ErrorClassifier.judge(
            ENQUEUE_FOR_GROUP, failure(Status.Code.INTERNAL, QUEUING_FOR_GROUP + text));

    check(classification, kind);
    assertThat(((Final) classification).verdict().sentence()).contains(words);
  }

  @Test
  void aScriptThatWasStoppedMayBeDoneInTimeLater() {
    RpcFailure failure = failure(Status.Code.UNKNOWN, "execution timeout");

    check(ErrorClassifier.judge(ENQUEUE_OBJECT, failure), CODEC_TIMEOUT);
    check(ErrorClassifier.judge(ENQUEUE, failure), IN_DOUBT);
  }

  @Test
  void aCommitThatFailedMayHaveQueuedTheDownlink() {
    String text = "storage: transaction commit error: driver: bad connection";
    check(ErrorClassifier.judge(ENQUEUE, failure(Status.Code.UNKNOWN, text)), IN_DOUBT);
    check(ErrorClassifier.judge(ENQUEUE_OBJECT, failure(Status.Code.UNKNOWN, text)), IN_DOUBT);
    check(
        ErrorClassifier.judge(
            ENQUEUE, failure(Status.Code.UNKNOWN, "storage: begin transaction error: x")),
        TRANSIENT);
  }

  @Test
  void anOutageIsNoCodecError() {
    for (String text :
        List.of("EOF", "context deadline exceeded", "pq: sorry, too many clients already")) {
      check(ErrorClassifier.judge(ENQUEUE_OBJECT, failure(Status.Code.UNKNOWN, text)), IN_DOUBT);
      check(ErrorClassifier.judge(READ, failure(Status.Code.UNKNOWN, text)), TRANSIENT);
    }
    // Without an object no codec runs, whatever the text looks like.
    check(ErrorClassifier.judge(ENQUEUE, failure(Status.Code.UNKNOWN, "encode failed")), IN_DOUBT);
  }

  @Test
  void anotherGenerationIsNamed() {
    check(ErrorClassifier.judge(READ, failure(Status.Code.UNIMPLEMENTED, "")), WRONG_SERVER);
    check(
        ErrorClassifier.judge(
            READ,
            failure(
                Status.Code.INTERNAL,
                "failed to decode Protobuf message: GetApplicationRequest.id: invalid wire type")),
        WRONG_SERVER);
  }

  @Test
  void whatIsNoV3IsSaidInOneSentenceWhateverWasAsked() {
    Classification overGrpc = ErrorClassifier.judge(READ, failure(Status.Code.UNIMPLEMENTED, ""));
    Classification overRest =
        ErrorClassifier.judge(
            READ,
            failure(
                Status.Code.UNIMPLEMENTED,
                "the REST interface does not know this path (Not Found); chirpstack-rest-api has no"
                    + " streams"));

    assertThat(((Final) overGrpc).verdict().sentence())
        .isEqualTo(
            "what answers is no ChirpStack v3 (UNIMPLEMENTED); check the URL and"
                + " chirpstack.api.version");
    assertThat(((Final) overRest).verdict().sentence())
        .isEqualTo("what answers is no ChirpStack v3; check the URL and chirpstack.api.version");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "authentication failed: jwt parse error: signature is invalid | made by another server",
        "authentication failed: jwt parse error: token is expired by 1h0m0s | expired",
        "authentication failed: jwt parse error: token contains an invalid number of segments | no token at all",
        "authentication failed: get token from context error: no authorization-data in metadata | proxy",
        "authentication failed: not authorized | deleted",
        "authentication failed: jwt parse error: invalid algorithm | invalid algorithm",
      })
  void whyATokenIsRefusedIsSaid(String description, String expected) {
    var verdict = ErrorClassifier.tokenRefused(Status.UNAUTHENTICATED.withDescription(description));

    assertThat(verdict.kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(verdict.sentence()).contains(expected).contains("API key");
  }

  private static LogCall.End end(Status status, long silenceMillis, long messages) {
    return new LogCall.End(
        new RpcFailure(status, true), Duration.ofMillis(silenceMillis), messages);
  }

  private static RpcFailure failure(Status.Code code, String description) {
    return new RpcFailure(code.toStatus().withDescription(description), true);
  }

  private static void check(Classification classification, FailureKind expected) {
    assertThat(classification)
        .isInstanceOfSatisfying(
            Final.class,
            clear -> {
              assertThat(clear.verdict().kind()).as(clear.verdict().sentence()).isEqualTo(expected);
              assertThat(clear.verdict().sentence()).isNotBlank().doesNotContain("null");
            });
  }
}
