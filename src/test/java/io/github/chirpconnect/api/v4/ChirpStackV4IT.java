package io.github.chirpconnect.api.v4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.config.TokenFiles;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.simulator.Simulator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The client with its real channels against a simulated server, and against things that are none.
 */
@Timeout(60)
class ChirpStackV4IT {
  private static final Set<Feed> DEVICES = Set.of(Feed.DEVICES);
  private final Simulator simulator = Simulator.builder().start();
  private final List<ChirpStack> clients = new ArrayList<>();

  @AfterEach
  void close() {
    clients.forEach(ChirpStack::close);
    simulator.close();
  }

  @Test
  void theWholeInventoryIsWalked() throws Exception {
    List<String> told = new ArrayList<>();

    ChirpStack chirpStack = client(simulator.adminKey());
    chirpStack.inventory(
        Scope.ALL, DEVICES, page -> page.stream().map(Entity::id).forEach(told::add));

    assertThat(chirpStack.generation()).isEqualTo(Generation.V4);
    assertThat(told).containsExactlyInAnyOrderElementsOf(simulator.network().devEuis());
  }

  @Test
  void aTenantsKeyWalksItsOwnTenantAndNoOther() throws Exception {
    List<String> tenants = simulator.network().tenantIds();
    ChirpStack chirpStack = client(simulator.tenantKey(tenants.get(0)));
    List<Entity> told = new ArrayList<>();

    chirpStack.inventory(new Scope(List.of(tenants.get(0)), List.of()), DEVICES, told::addAll);

    assertThat(told)
        .isNotEmpty()
        .allMatch(device -> device.place().tenantId().equals(tenants.get(0)));
    assertThat(walkFailure(chirpStack, Scope.ALL)).hasMessageContaining("chirpstack.tenant.ids");
    assertThat(walkFailure(chirpStack, new Scope(List.of(tenants.get(1)), List.of())).kind())
        .isEqualTo(FailureKind.NOT_PERMITTED);
  }

  @Test
  void aLogIsReplayedAndLive() {
    String device = device();
    simulator.network().join(device);
    simulator.network().uplink(device, 10, new byte[] {1});
    Heard heard = new Heard();

    LogStream stream = client(simulator.adminKey()).open(LogKind.EVENTS, device, heard);
    stream.request(100);
    await().until(() -> heard.kinds().contains("up"));
    int replayed = heard.entries.size();
    simulator.network().uplink(device, 10, new byte[] {2});

    await().until(() -> heard.entries.size() > replayed);
    stream.cancel();
    assertThat(heard.ends).isEmpty();
  }

  @Test
  void aServerThatStopsEndsTheStream() {
    Heard heard = new Heard();
    client(simulator.adminKey()).open(LogKind.EVENTS, device(), heard).request(1);
    await().until(() -> simulator.connections() > 0);

    simulator.stop();

    await().until(() -> !heard.ends.isEmpty());
    assertThat(heard.ends.get(0).kind()).isEqualTo(FailureKind.TRANSIENT);
  }

  @Test
  void aDownlinkIsQueuedReadAndFlushed() throws Exception {
    ChirpStack chirpStack = client(simulator.adminKey());
    String device = device();

    String id = get(chirpStack.enqueue(downlink(device))).queueItemId();

    assertThat(get(chirpStack.queue(Target.device(device))))
        .singleElement()
        .satisfies(item -> assertThat(item.id()).isEqualTo(id))
        .satisfies(item -> assertThat(item.data()).isEqualTo(new byte[] {1, 2}));
    get(chirpStack.flush(Target.device(device)));
    assertThat(get(chirpStack.queue(Target.device(device)))).isEmpty();
    assertThat(get(chirpStack.state(device)).deviceClass()).isEqualTo("CLASS_A");
  }

  @Test
  void aReadOnlyKeyIsFoundOut() {
    ChirpStack chirpStack = client(simulator.readOnlyKey());
    String device = device();

    assertThat(failure(chirpStack.enqueue(downlink(device))).kind())
        .isEqualTo(FailureKind.READ_ONLY);
    assertThat(failure(chirpStack.flush(Target.device(device))).kind())
        .isEqualTo(FailureKind.READ_ONLY);
    assertThat(failure(chirpStack.enqueue(downlink("ffffffffffffffff"))).kind())
        .isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(simulator.network().queue(device)).isEmpty();
  }

  @Test
  void anAdminKeyThatOnlyReadsIsFoundOutWithoutADevice() throws Exception {
    assertThat(failure(client(simulator.readOnlyKey()).probeWriting()).kind())
        .isEqualTo(FailureKind.READ_ONLY);
    get(client(simulator.adminKey()).probeWriting());
    get(client(simulator.tenantKey(simulator.network().tenantIds().get(0))).probeWriting());
    String dead = simulator.newAdminKey();
    simulator.revoke(dead);
    assertThat(failure(client(dead).probeWriting()).kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(simulator.observations().enqueues()).isEmpty();
  }

  @Test
  void anUnknownDeviceIsNotPermittedWithAnyKey() {
    String tenant = simulator.network().tenantIds().get(0);

    assertThat(failure(client(simulator.adminKey()).enqueue(downlink("ffffffffffffffff"))).kind())
        .isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(
            failure(client(simulator.tenantKey(tenant)).enqueue(downlink("ffffffffffffffff")))
                .kind())
        .isEqualTo(FailureKind.NOT_PERMITTED);
  }

  @Test
  void aRevokedKeyIsRefused() throws Exception {
    String key = simulator.newAdminKey();
    ChirpStack chirpStack = client(key);
    get(chirpStack.probe());

    simulator.revoke(key);

    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(failure(chirpStack.enqueue(downlink(device()))).kind())
        .isEqualTo(FailureKind.TOKEN_REFUSED);
    Heard heard = new Heard();
    chirpStack.open(LogKind.EVENTS, device(), heard);
    await().until(() -> !heard.ends.isEmpty());
    assertThat(heard.ends.get(0).kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
  }

  @Test
  void aTokenFileThatIsMissingIsNoDeadKeyAndIsReadOnceItIsThere(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("token");
    ChirpStack chirpStack = clientWithTokenFile(file);

    ApiException failure = failure(chirpStack.probe());
    assertThat(failure.kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(failure).hasMessageContaining(file.toString()).hasMessageNotContaining("deleted");

    Files.writeString(file, simulator.adminKey());
    await().untilAsserted(() -> get(chirpStack.probe()));
  }

  @Test
  void aKeyThatIsReplacedInItsFileIsNoLossOfRights(@TempDir Path folder) throws Exception {
    String old = simulator.newAdminKey();
    Path file = Files.writeString(folder.resolve("token"), old);
    ChirpStack chirpStack = clientWithTokenFile(file);
    get(chirpStack.probe());

    simulator.revoke(old);
    Files.writeString(file, simulator.adminKey());

    // The file is not looked at for each call, so the old key may be sent, and refused, for a
    // while.
    List<FailureKind> meanwhile = new ArrayList<>();
    await()
        .until(
            () -> {
              try {
                return get(chirpStack.queue(Target.device(device()))).isEmpty();
              } catch (ExecutionException e) {
                meanwhile.add(((ApiException) e.getCause()).kind());
                return false;
              }
            });
    assertThat(meanwhile).allMatch(FailureKind.TOKEN_REFUSED::equals);
  }

  @ParameterizedTest
  @EnumSource(Feature.class)
  void aCurrentServerSupportsEveryFeature(Feature feature) throws Exception {
    assertThat(get(client(simulator.adminKey()).supports(feature))).isTrue();
  }

  @Test
  void anAnswerThatIsLostLeavesTheDownlinkInDoubt() {
    String device = device();
    simulator.faults().dropAnswers("DeviceService/Enqueue", 1);
    ChirpStack chirpStack =
        client(simulator.adminKey(), Map.of("chirpstack.request.timeout.ms", "1000"));

    ApiException failure = failure(chirpStack.enqueue(downlink(device)));

    assertThat(failure.kind()).isEqualTo(FailureKind.IN_DOUBT);
    assertThat(simulator.network().queue(device)).hasSize(1);
  }

  @Test
  void aServerThatIsDownLeavesNothingInDoubt() {
    ChirpStack chirpStack = client(simulator.adminKey());
    String device = device();
    simulator.stop();

    assertThat(failure(chirpStack.enqueue(downlink(device))).kind())
        .isEqualTo(FailureKind.TRANSIENT);
    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.TRANSIENT);
  }

  @Test
  void tlsToAPortThatSpeaksClearIsNamed() {
    ApiException failure =
        failure(client("grpcs://" + simulator.url(), simulator.adminKey(), Map.of()).probe());

    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(FailureKind.WRONG_SERVER);
    assertThat(failure).hasMessageContaining("grpc://");
  }

  @Test
  void clearToAPortThatSpeaksTlsIsNamed() throws Exception {
    // The alert that a TLS server answers anything else with: protocol_version.
    try (Canned tls = new Canned(HexFormat.of().parseHex("15030300020246"))) {
      ApiException failure = failure(client(tls.url(), simulator.adminKey(), Map.of()).probe());

      assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(FailureKind.WRONG_SERVER);
      assertThat(failure).hasMessageContaining("grpcs://");
    }
  }

  @Test
  void aWebServerIsNamed() throws Exception {
    byte[] page =
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (Canned web = new Canned(page)) {
      ApiException failure = failure(client(web.url(), simulator.adminKey(), Map.of()).probe());

      assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(FailureKind.WRONG_SERVER);
      assertThat(failure).hasMessageContaining("does not speak gRPC");
    }
  }

  @Test
  void aServerThatNeverAnswersIsWaitedForNoLongerThanConfigured() throws Exception {
    try (Canned silent = new Canned(new byte[0])) {
      ChirpStack chirpStack =
          client(
              silent.url(), simulator.adminKey(), Map.of("chirpstack.request.timeout.ms", "500"));

      // No connection was ready before the time was over, so nothing can have been queued.
      assertThat(failure(chirpStack.enqueue(downlink(device()))).kind())
          .isEqualTo(FailureKind.TRANSIENT);
    }
  }

  private String device() {
    return simulator.network().devEuis().get(0);
  }

  private static Downlink downlink(String device) {
    return new Downlink(
        Target.device(device), 10, false, new byte[] {1, 2}, null, null, null, false);
  }

  private ChirpStack client(String key) {
    return client(key, Map.of());
  }

  private ChirpStack client(String key, Map<String, String> more) {
    return client(simulator.url(), key, more);
  }

  private ChirpStack client(String url, String key, Map<String, String> more) {
    Map<String, String> config =
        new HashMap<>(Map.of("chirpstack.url", url, "chirpstack.token", key));
    config.putAll(more);
    ChirpStack chirpStack = ChirpStacks.connect(new SourceConfig(config).connection());
    clients.add(chirpStack);
    return chirpStack;
  }

  @AfterEach
  void permitNoTokenFiles() {
    System.clearProperty(TokenFiles.DIRECTORIES);
  }

  private ChirpStack clientWithTokenFile(Path file) {
    System.setProperty(TokenFiles.DIRECTORIES, file.getParent().toString());
    Map<String, String> config =
        Map.of("chirpstack.url", simulator.url(), "chirpstack.token.file", file.toString());
    ChirpStack chirpStack = ChirpStacks.connect(new SourceConfig(config).connection());
    clients.add(chirpStack);
    return chirpStack;
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static ApiException failure(CompletionStage<?> stage) {
    ExecutionException thrown = catchThrowableOfType(ExecutionException.class, () -> get(stage));
    assertThat(thrown).as("a failure").isNotNull();
    return (ApiException) thrown.getCause();
  }

  private static ApiException walkFailure(ChirpStack chirpStack, Scope scope) {
    ApiException thrown =
        catchThrowableOfType(
            ApiException.class, () -> chirpStack.inventory(scope, DEVICES, page -> {}));
    assertThat(thrown).as("a failure").isNotNull();
    return thrown;
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

    List<String> kinds() {
      return entries.stream().map(LogEntry::kind).toList();
    }
  }

  /** Says the same to whoever connects, whatever they say. */
  private static final class Canned implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();
    private final byte[] answer;

    Canned(byte[] answer) throws IOException {
      this.answer = answer;
      Thread server = new Thread(this::serve, "canned-answers");
      server.setDaemon(true);
      server.start();
    }

    String url() {
      return "127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
      while (!socket.isClosed()) {
        try {
          Socket client = socket.accept();
          accepted.add(client);
          InputStream in = client.getInputStream();
          if (in.read() >= 0 && answer.length > 0) {
            OutputStream out = client.getOutputStream();
            out.write(answer);
            out.flush();
          }
        } catch (IOException e) {
          // The client or the test has hung up; the next one is served, or the socket is closed.
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
      for (Socket client : accepted) {
        client.close();
      }
    }
  }
}
