package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.FailureKind.BAD_REQUEST;
import static io.github.chirpconnect.api.FailureKind.BUSY;
import static io.github.chirpconnect.api.FailureKind.CODEC_TIMEOUT;
import static io.github.chirpconnect.api.FailureKind.IN_DOUBT;
import static io.github.chirpconnect.api.FailureKind.NOT_PERMITTED;
import static io.github.chirpconnect.api.FailureKind.TRANSIENT;
import static io.github.chirpconnect.api.FailureKind.WRONG_SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.Classification;
import io.github.chirpconnect.api.grpc.Classification.Final;
import io.github.chirpconnect.api.grpc.Classification.NeedsKeyProbe;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.TransportErrors;
import io.github.chirpconnect.api.grpc.Verdict;
import io.github.chirpconnect.golden.Golden;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorClassifierTest {
  private static final String EUI = "0f8f5de9ddc22cb4";
  private static final Operation READ = Operation.readDevice(EUI);
  private static final Operation FLUSH = Operation.flush(Target.device(EUI));
  private static final Operation ENQUEUE = Operation.enqueue(Target.device(EUI), false);
  private static final Operation ENQUEUE_OBJECT = Operation.enqueue(Target.device(EUI), true);

  private static final Operation ENQUEUE_FOR_GROUP =
      Operation.enqueue(Target.group("1ae0be25-8755-4b37-b5b9-c2f042bc37f4"), false);

  private static final List<String> RECORDINGS =
      List.of(
          "auth",
          "detection",
          "enqueue",
          "streams",
          "streams-faults",
          "streams-kinds",
          "streams-revoked",
          "unary",
          "walk");

  /** What each text that was ever recorded means; the empty one is UNAUTHENTICATED's. */
  private static final Map<String, FailureKind> RECORDED =
      Map.ofEntries(
          Map.entry(
              "INVALID_ARGUMENT Validation error: FPort must be between 1 - 255", BAD_REQUEST),
          Map.entry("INVALID_ARGUMENT queue_item is missing", BAD_REQUEST),
          Map.entry("INVALID_ARGUMENT invalid length: found 0", BAD_REQUEST),
          Map.entry("INVALID_ARGUMENT invalid character: found `x` at 0", BAD_REQUEST),
          Map.entry("INTERNAL Invalid character 'z' at position 0", BAD_REQUEST),
          Map.entry("INTERNAL Invalid string length", BAD_REQUEST),
          Map.entry("INTERNAL Odd number of digits", BAD_REQUEST),
          Map.entry("INTERNAL start is None", BAD_REQUEST),
          Map.entry("INTERNAL Validation error: FPort must be between 1 - 255", BAD_REQUEST),
          Map.entry("INTERNAL FOREIGN KEY constraint failed", NOT_PERMITTED),
          Map.entry(
              "INTERNAL Object does not exist (id: 00000000-0000-0000-0000-0000000000ff)",
              NOT_PERMITTED),
          Map.entry("NOT_FOUND Object does not exist (id: ffffffffffffffff)", NOT_PERMITTED),
          Map.entry("NOT_FOUND Object does not exist (id: 0000000000000000)", NOT_PERMITTED),
          Map.entry(
              "INTERNAL Error occurred while creating a new object: Connection refused (os error 111):"
                  + " Connection refused (os error 111): Connection refused (os error 111)",
              TRANSIENT),
          Map.entry("UNAVAILABLE Stream removed (Socket closed)", TRANSIENT),
          Map.entry(
              "UNAVAILABLE failed to connect to all addresses; last error: UNKNOWN:"
                  + " ipv4:127.0.0.1:8090: Failed to connect to remote host: Connection refused",
              TRANSIENT),
          Map.entry("UNIMPLEMENTED ", WRONG_SERVER));

  static Stream<Golden.Call> recordedFailures() {
    return RECORDINGS.stream()
        .flatMap(file -> Golden.calls("v4/" + file + ".jsonl").stream())
        .filter(call -> !call.code().equals("OK") && !call.ended().equals("client"));
  }

  @ParameterizedTest
  @MethodSource("recordedFailures")
  void everyRecordedFailureHasItsMeaning(Golden.Call call) {
    Operation operation =
        call.method().endsWith("/Enqueue")
            ? ENQUEUE
            : call.method().endsWith("/FlushQueue") ? FLUSH : READ;
    RpcFailure failure = failure(Status.Code.valueOf(call.code()), call.detail());

    Classification classification = ErrorClassifier.judge(operation, failure);

    if (call.code().equals("UNAUTHENTICATED")) {
      assertThat(classification).isEqualTo(new NeedsKeyProbe());
    } else {
      FailureKind expected = RECORDED.get(call.code() + " " + call.detail());
      assertThat(expected).as("a meaning for %s %s", call.code(), call.detail()).isNotNull();
      assertThat(classification)
          .isInstanceOfSatisfying(Final.class, clear -> check(clear, expected));
    }
  }

  @Test
  void theTableOfRecordedFailuresHoldsNothingThatWasNeverRecorded() {
    Set<String> seen =
        recordedFailures()
            .map(call -> call.code() + " " + call.detail())
            .collect(Collectors.toSet());

    assertThat(seen).containsAll(RECORDED.keySet());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "InvalidSignature | made by another server",
        "ExpiredSignature | expired",
        "InvalidToken | no token at all",
        "no authorization provided | proxy",
        "'' | deleted",
        "invalid token typ: x | invalid token typ: x",
      })
  void whyATokenIsRefusedIsSaid(String description, String expected) {
    Verdict clear =
        ErrorClassifier.tokenRefused(Status.UNAUTHENTICATED.withDescription(description));

    assertThat(clear.kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(clear.sentence()).contains(expected).contains("API key");
  }

  static Stream<Arguments> outages() {
    return Stream.of(
        arguments(failure(Status.Code.DEADLINE_EXCEEDED, "deadline exceeded after 9.9s")),
        arguments(failure(Status.Code.CANCELLED, "")),
        arguments(failure(Status.Code.ABORTED, "")),
        arguments(failure(Status.Code.UNKNOWN, "channel closed")),
        arguments(failure(Status.Code.UNAVAILABLE, "Network closed for unknown reason")),
        arguments(
            failure(
                Status.Code.UNAVAILABLE, "HTTP status code 502\ninvalid content-type: text/html")),
        arguments(
            failure(Status.Code.UNKNOWN, "HTTP status code 500\ninvalid content-type: text/html")),
        arguments(failure(Status.Code.INTERNAL, "server closed the connection unexpectedly")),
        arguments(
            failure(
                Status.Code.INTERNAL, "HTTP/2 error code: INTERNAL_ERROR\nReceived Rst Stream")),
        arguments(
            failure(
                Status.Code.RESOURCE_EXHAUSTED,
                "HTTP/2 error code: ENHANCE_YOUR_CALM\nReceived Goaway\ntoo_many_pings")));
  }

  @ParameterizedTest
  @MethodSource("outages")
  void anOutageLeavesInDoubtOnlyWhatAppendsAndMayHaveBeenSent(RpcFailure failure) {
    RpcFailure unsent = new RpcFailure(failure.status(), false);

    check(ErrorClassifier.judge(READ, failure), TRANSIENT);
    check(ErrorClassifier.judge(FLUSH, failure), TRANSIENT);
    check(ErrorClassifier.judge(ENQUEUE, failure), IN_DOUBT);
    check(ErrorClassifier.judge(ENQUEUE, unsent), TRANSIENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "database is locked",
        "''",
        "timed out waiting for connection",
        "Timeout occurred while waiting for a slot to become available",
        "the database system is shutting down",
        "sorry, too many clients already",
        "Error occurred while creating a new object: Connection refused (os error 111)",
      })
  void whatTheDatabaseSaysBeforeTheInsertLeavesNoDoubt(String description) {
    check(ErrorClassifier.judge(ENQUEUE, failure(Status.Code.INTERNAL, description)), TRANSIENT);
    check(
        ErrorClassifier.judge(ENQUEUE_OBJECT, failure(Status.Code.INTERNAL, description)),
        TRANSIENT);
  }

  @Test
  void anUnknownDeviceIsToldInPostgresWordsToo() {
    String description =
        "insert or update on table \"device_queue_item\" violates foreign key constraint"
            + " \"device_queue_item_dev_eui_fkey\"";

    check(
        ErrorClassifier.judge(ENQUEUE, failure(Status.Code.INTERNAL, description)), NOT_PERMITTED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FOREIGN KEY constraint failed",
        "insert or update on table \"multicast_group_queue_item\" violates foreign key constraint"
            + " \"multicast_group_queue_item_gateway_id_fkey\"",
      })
  void aGatewayThatIsMissingIsNotTakenForTheGroup(String description) {
    Classification classification =
        ErrorClassifier.judge(ENQUEUE_FOR_GROUP, failure(Status.Code.INTERNAL, description));

    check(classification, NOT_PERMITTED);
    assertThat(((Final) classification).verdict().sentence())
        .contains("a gateway that heard the group's devices does not exist any more");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "JS error: Error: foo is not defined at encodeDownlink (eval_script:3:1)",
        "encodeDownlink returned errors: level is missing",
        "Error converting from js 'undefined' into type 'array'",
      })
  void aScriptsErrorIsTheCommandsFault(String description) {
    RpcFailure failure = failure(Status.Code.INTERNAL, description);

    check(ErrorClassifier.judge(ENQUEUE_OBJECT, failure), BAD_REQUEST);
    // Without an object no script runs, whatever the text looks like.
    check(ErrorClassifier.judge(ENQUEUE, failure), IN_DOUBT);
  }

  @Test
  void aScriptThatWasStoppedMayBeDoneInTimeLater() {
    RpcFailure failure = failure(Status.Code.INTERNAL, "JS error: Error: interrupted");

    check(ErrorClassifier.judge(ENQUEUE_OBJECT, failure), CODEC_TIMEOUT);
    check(ErrorClassifier.judge(ENQUEUE, failure), IN_DOUBT);
  }

  @Test
  void anUnclearErrorOfACommandWithAnObjectIsAskedAbout() {
    Classification classification =
        ErrorClassifier.judge(
            ENQUEUE_OBJECT, failure(Status.Code.INTERNAL, "invalid cayenne field"));

    assertThat(classification)
        .isInstanceOfSatisfying(
            NeedsCodecProbe.class,
            ask -> {
              check(ask.ifCodec(), BAD_REQUEST);
              check(ask.ifOutage(), IN_DOUBT);
            });
  }

  @Test
  void aBrokenConnectionIsNoCodecError() {
    RpcFailure failure =
        failure(Status.Code.INTERNAL, "HTTP/2 error code: INTERNAL_ERROR\nReceived Rst Stream");

    check(ErrorClassifier.judge(ENQUEUE_OBJECT, failure), IN_DOUBT);
  }

  @Test
  void aFullServerIsBusyButAFrequentPingIsNot() {
    check(ErrorClassifier.judge(READ, failure(Status.Code.RESOURCE_EXHAUSTED, "overloaded")), BUSY);
    check(
        ErrorClassifier.judge(ENQUEUE, failure(Status.Code.RESOURCE_EXHAUSTED, "overloaded")),
        BUSY);
    check(
        ErrorClassifier.judge(
            READ,
            failure(
                Status.Code.UNAVAILABLE, "HTTP status code 429\ninvalid content-type: text/html")),
        BUSY);
  }

  @Test
  void aStreamThatIsRefusedWasNotLookedAt() {
    RpcFailure failure =
        failure(Status.Code.UNAVAILABLE, "HTTP/2 error code: REFUSED_STREAM\nReceived Rst Stream");

    check(ErrorClassifier.judge(READ, failure), BUSY);
    check(ErrorClassifier.judge(ENQUEUE, failure), BUSY);
  }

  @Test
  void anAnswerThatIsTooLargeNamesTheSetting() {
    RpcFailure failure =
        failure(
            Status.Code.RESOURCE_EXHAUSTED, "gRPC message exceeds maximum size 1048576: 2000000");

    Verdict clear = ((Final) ErrorClassifier.judge(READ, failure)).verdict();

    check(clear, BAD_REQUEST);
    assertThat(clear.sentence()).contains("chirpstack.max.message.bytes");
    assertThat(TransportErrors.answerTooLarge(failure.status())).isTrue();
  }

  @Test
  void aCommandLargerThanTheServerAcceptsIsRefusedForGood() {
    RpcFailure failure =
        failure(
            Status.Code.OUT_OF_RANGE,
            "Error, decoded message length too large: found 5000000 bytes, the limit is: 4194304 bytes");

    check(ErrorClassifier.judge(ENQUEUE, failure), BAD_REQUEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UNIMPLEMENTED | HTTP status code 404 // invalid content-type: text/html | HTTP 404, text/html",
        "UNKNOWN | HTTP status code 200 // invalid content-type: text/html; charset=utf-8 | HTTP 200, text/html",
        "UNAUTHENTICATED | HTTP status code 401 // invalid content-type: text/html | HTTP 401, text/html",
        "PERMISSION_DENIED | HTTP status code 403 // invalid content-type: text/plain | HTTP 403, text/plain",
        "UNIMPLEMENTED | unknown service api.TenantService | looks like ChirpStack v3",
        "UNIMPLEMENTED | unknown method Enqueue for service api.DeviceService | looks like ChirpStack v3",
        "INTERNAL | grpc: error unmarshalling request: proto: wrong wireType | looks like ChirpStack v3",
        "INVALID_ARGUMENT | uuid error: uuid: incorrect UUID length: adr-algorithms | looks like ChirpStack v3",
        "UNIMPLEMENTED | '' | no ChirpStack v4",
      })
  void anythingElseThatAnswersIsTheWrongServer(
      Status.Code code, String description, String expected) {
    Verdict clear =
        ((Final) ErrorClassifier.judge(READ, failure(code, description.replace(" // ", "\n"))))
            .verdict();

    check(clear, WRONG_SERVER);
    assertThat(clear.sentence()).contains(expected);
  }

  @Test
  void theWrongTransportSecurityIsNamed() {
    Status tlsPort =
        Status.UNAVAILABLE
            .withDescription("http2 exception")
            .withCause(
                new IOException(
                    "First received frame was not SETTINGS. Hex dump for first 5 bytes: 1503030002"));
    Status webPort =
        Status.UNAVAILABLE
            .withDescription("http2 exception")
            .withCause(
                new IOException(
                    "First received frame was not SETTINGS. Hex dump for first 5 bytes: 485454502f"));
    Status clearPort =
        Status.UNAVAILABLE
            .withDescription("io exception")
            .withCause(new IOException(new SSLHandshakeException("not an SSL/TLS record: 000012")));
    Status certificate =
        Status.UNAVAILABLE
            .withDescription("ssl exception")
            .withCause(new SSLHandshakeException("PKIX path building failed"));
    Status alert =
        Status.UNAVAILABLE
            .withDescription("ssl exception")
            .withCause(new SSLHandshakeException("Received fatal alert: certificate_required"));

    assertThat(wrong(tlsPort)).contains("grpcs://");
    assertThat(wrong(webPort)).contains("does not speak gRPC", "does it expect TLS (grpcs://)");
    assertThat(wrong(clearPort)).contains("grpc://");
    assertThat(wrong(certificate)).contains("chirpstack.ssl.truststore.location");
    assertThat(wrong(alert)).contains("client certificate");
  }

  @Test
  void aStreamThatEndsWithoutAnErrorIsOpenedAgain() {
    Verdict clear =
        ((Final) ErrorClassifier.judge(READ, new RpcFailure(Status.OK, true))).verdict();

    check(clear, TRANSIENT);
    assertThat(clear.sentence()).contains("ended the stream");
  }

  @Test
  void aPageOfHtmlIsCutShort() {
    RpcFailure failure = failure(Status.Code.INTERNAL, "oops\n".repeat(1000));

    assertThat(((Final) ErrorClassifier.judge(READ, failure)).verdict().sentence())
        .hasSizeLessThan(500)
        .doesNotContain("\n");
  }

  private static String wrong(Status status) {
    Verdict clear =
        ((Final) ErrorClassifier.judge(ENQUEUE, new RpcFailure(status, false))).verdict();
    check(clear, WRONG_SERVER);
    return clear.sentence();
  }

  private static RpcFailure failure(Status.Code code, String description) {
    return new RpcFailure(code.toStatus().withDescription(description), true);
  }

  private static void check(Classification classification, FailureKind expected) {
    assertThat(classification)
        .isInstanceOfSatisfying(Final.class, clear -> check(clear.verdict(), expected));
  }

  private static void check(Verdict verdict, FailureKind expected) {
    assertThat(verdict.kind()).as(verdict.sentence()).isEqualTo(expected);
    assertThat(verdict.sentence()).isNotBlank().doesNotContain("null");
    assertThat(verdict.sentence().toLowerCase(Locale.ROOT)).doesNotContain("bearer");
  }
}
