package io.github.chirpconnect.api.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.Connections;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.v3.ChirpStackV3;
import io.github.chirpconnect.api.v4.ChirpStackV4;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.ListGatewayProfilesResponse;
import io.github.chirpconnect.proto.v3.OrganizationServiceGrpc;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.ListDeviceProfileAdrAlgorithmsResponse;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class DetectedChirpStackTest {
  private static final String EUI = "0102030405060708";

  private final ScriptedServer v3 = ScriptedServer.v3();
  private final ScriptedServer v4 = ScriptedServer.withoutReflection();
  private final Address address = new Address();
  private final ChirpStack chirpStack =
      new DetectedChirpStack(
          address,
          generation ->
              generation == Generation.V3
                  ? ChirpStackV3.over(address)
                  : ChirpStackV4.over(address));

  /** What is there may be replaced by something else. */
  private final class Address implements Connections {
    private volatile ScriptedServer server = v3;

    @Override
    public Channel unary() {
      return server.unary();
    }

    @Override
    public Channel anonymous() {
      return server.anonymous();
    }

    @Override
    public Lease stream() {
      return server.stream();
    }

    @Override
    public void tokenRefused() {
      server.tokenRefused();
    }

    @Override
    public void close() {
      v3.close();
      v4.close();
    }
  }

  DetectedChirpStackTest() {
    v3.on(
            OrganizationServiceGrpc.getListMethod(),
            request -> refuse("authentication failed: get token from context error: no"))
        .on(
            GatewayProfileServiceGrpc.getListMethod(),
            request -> ListGatewayProfilesResponse.getDefaultInstance());
    v4.on(TenantServiceGrpc.getListMethod(), request -> refuse("no authorization provided"))
        .on(
            DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
            request -> ListDeviceProfileAdrAlgorithmsResponse.getDefaultInstance());
  }

  private static <A> A refuse(String description) {
    throw ScriptedServer.status(Status.Code.UNAUTHENTICATED, description);
  }

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @Test
  void nothingIsKnownAndNothingAskedBeforeTheFirstCall() {
    assertThatThrownBy(chirpStack::generation).isInstanceOf(IllegalStateException.class);
    assertThat(v3.received).isEmpty();
  }

  @Test
  void theGenerationIsAskedForOnce() throws Exception {
    get(chirpStack.probe());
    get(chirpStack.probe());

    assertThat(chirpStack.generation()).isEqualTo(Generation.V3);
    assertThat(v3.requests(OrganizationServiceGrpc.getListMethod())).hasSize(1);
    assertThat(v3.requests(GatewayProfileServiceGrpc.getListMethod())).hasSize(2);
  }

  @Test
  void aServerOfV4IsOne() throws Exception {
    address.server = v4;

    get(chirpStack.probe());

    assertThat(chirpStack.generation()).isEqualTo(Generation.V4);
  }

  @Test
  void aServerThatIsAwayIsAskedAgain() throws Exception {
    v3.on(
        OrganizationServiceGrpc.getListMethod(),
        request -> {
          throw ScriptedServer.status(Status.Code.UNAVAILABLE, "away");
        });
    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.TRANSIENT);
    assertThat(
            catchThrowableOfType(
                    ApiException.class,
                    () -> chirpStack.inventory(Scope.ALL, Set.of(Feed.DEVICES), page -> {}))
                .kind())
        .isEqualTo(FailureKind.TRANSIENT);
    assertThatThrownBy(chirpStack::generation).isInstanceOf(IllegalStateException.class);

    v3.on(OrganizationServiceGrpc.getListMethod(), request -> refuse("no token"));

    get(chirpStack.probe());
    assertThat(chirpStack.generation()).isEqualTo(Generation.V3);
  }

  @Test
  void anotherGenerationAfterALostConnectionIsRefusedAsLongAsItIsThere() throws Exception {
    get(chirpStack.probe());
    v3.on(
        GatewayProfileServiceGrpc.getListMethod(),
        request -> {
          throw ScriptedServer.status(Status.Code.UNAVAILABLE, "connection lost");
        });
    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.TRANSIENT);
    address.server = v4;

    ApiException failure = failure(chirpStack.flush(Target.device(EUI)));

    assertThat(failure.kind()).isEqualTo(FailureKind.UNUSABLE_SERVER);
    assertThat(failure).hasMessageContaining("was a ChirpStack v3 and is a ChirpStack v4 now");
    assertThat(failure(chirpStack.queue(Target.device(EUI))).kind())
        .isEqualTo(FailureKind.UNUSABLE_SERVER);
    // Nothing of v3 was sent to it.
    assertThat(v4.received)
        .extracting(ScriptedServer.Received::method)
        .containsOnly("api.TenantService/List");
    assertThat(chirpStack.generation()).isEqualTo(Generation.V3);

    address.server = v3;
    v3.on(
        GatewayProfileServiceGrpc.getListMethod(),
        request -> ListGatewayProfilesResponse.getDefaultInstance());
    get(chirpStack.probe());
  }

  @Test
  void aStreamMayBeAskedForEntriesAndGivenUpBeforeItIsOpen() {
    v3.onStream(
        DeviceServiceGrpc.getStreamEventLogsMethod(),
        (request, answers) -> {
          for (int i = 0; i < 5; i++) {
            answers.onNext(
                StreamDeviceEventLogsResponse.newBuilder()
                    .setType("up")
                    .setPayloadJson("{}")
                    .setStreamId("1795521743810-" + i)
                    .build());
          }
        });
    Heard heard = new Heard();

    LogStream stream = chirpStack.open(LogKind.EVENTS, EUI, heard);
    stream.request(2);
    stream.request(1);

    await().until(() -> heard.entries.size() == 3);
    stream.cancel();
    await().until(() -> v3.leases.get() == 0);
    assertThat(heard.ends).isEmpty();

    LogStream unwanted = chirpStack.open(LogKind.EVENTS, EUI, heard);
    unwanted.cancel();
    await().until(() -> v3.leases.get() == 0);
    assertThat(heard.ends).isEmpty();
  }

  @Test
  void aStreamOfAServerThatIsAwayEnds() {
    v3.on(
        OrganizationServiceGrpc.getListMethod(),
        request -> {
          throw ScriptedServer.status(Status.Code.UNAVAILABLE, "away");
        });
    Heard heard = new Heard();

    chirpStack.open(LogKind.EVENTS, EUI, heard).request(1);

    await().until(() -> !heard.ends.isEmpty());
    assertThat(heard.ends.get(0).kind()).isEqualTo(FailureKind.TRANSIENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // organizations | tenants | outcome
        "UNAUTHENTICATED no token | UNAUTHENTICATED no token | WRONG_SERVER | chirpstack.api.version",
        "UNIMPLEMENTED unknown service | UNIMPLEMENTED unknown service | WRONG_SERVER | neither",
        "UNIMPLEMENTED HTTP status code 404, invalid content-type: text/html | UNIMPLEMENTED HTTP status code 404, invalid content-type: text/html | WRONG_SERVER | web server or proxy",
        "UNAUTHENTICATED HTTP status code 401, invalid content-type: text/html | UNAUTHENTICATED HTTP status code 401, invalid content-type: text/html | WRONG_SERVER | chirpstack.api.version",
        "PERMISSION_DENIED RBAC | PERMISSION_DENIED RBAC | WRONG_SERVER | chirpstack.api.version",
        "UNAUTHENTICATED no token | UNAVAILABLE gone | TRANSIENT | gone",
        "UNAVAILABLE gone | UNIMPLEMENTED unknown service | TRANSIENT | gone",
        "UNAVAILABLE HTTP status code 501; starting | UNAVAILABLE HTTP status code 501; starting | TRANSIENT | 501",
      })
  void whatDoesNotTellIsSaid(
      String organizations, String tenants, FailureKind expected, String words) {
    ApiException failure =
        catchThrowableOfType(
            ApiException.class,
            () -> GenerationProbe.decide(refusal(organizations), refusal(tenants)));

    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(expected);
    assertThat(failure).hasMessageContaining(words);
  }

  private static RpcFailure refusal(String text) {
    int space = text.indexOf(' ');
    return new RpcFailure(
        Status.Code.valueOf(text.substring(0, space))
            .toStatus()
            .withDescription(text.substring(space + 1)),
        true);
  }

  @Test
  void theRecordedRefusalsTellTheGeneration() {
    RpcFailure v3Organizations = recorded("v3/grpc-errors.jsonl", "/api.OrganizationService/List");
    RpcFailure v3Tenants = recorded("v3/grpc-errors.jsonl", "/api.TenantService/List");
    RpcFailure v4Organizations = recorded("v4/detection.jsonl", "/api.OrganizationService/List");
    RpcFailure v4Tenants = recorded("v4/detection.jsonl", "/api.TenantService/List");

    assertThat(GenerationProbe.decide(v3Organizations, v3Tenants)).isEqualTo(Generation.V3);
    assertThat(GenerationProbe.decide(v4Organizations, v4Tenants)).isEqualTo(Generation.V4);
  }

  private static RpcFailure recorded(String file, String method) {
    Golden.Call call =
        Golden.calls(file).stream()
            .filter(one -> one.method().equals(method) && one.credential().equals("none"))
            .findFirst()
            .orElseThrow();
    return refusal(call.code() + " " + call.detail());
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static ApiException failure(CompletionStage<?> stage) {
    return (ApiException)
        catchThrowableOfType(ExecutionException.class, () -> get(stage)).getCause();
  }

  private static final class Heard implements LogListener {
    final List<LogEntry> entries = new CopyOnWriteArrayList<>();
    final List<ApiException> ends = new CopyOnWriteArrayList<>();

    @Override
    public void onOpen() {
      // What comes is looked at.
    }

    @Override
    public void onEntry(LogEntry entry) {
      entries.add(entry);
    }

    @Override
    public void onEnd(ApiException reason) {
      ends.add(reason);
    }
  }
}
