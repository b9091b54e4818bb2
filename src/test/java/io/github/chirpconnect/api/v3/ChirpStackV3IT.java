package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.simulator.Simulator;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The client with its real channels against a simulated v3, whose generation it has to find out.
 */
@Timeout(60)
class ChirpStackV3IT {
  private static final Set<Feed> DEVICES = Set.of(Feed.DEVICES);
  private final Simulator simulator = Simulator.builder().generation(Generation.V3).cpus(1).start();
  private final List<ChirpStack> clients = new ArrayList<>();

  @AfterEach
  void close() {
    clients.forEach(ChirpStack::close);
    simulator.close();
  }

  @Test
  void theWholeInventoryIsWalked() throws Exception {
    List<Entity> told = new ArrayList<>();
    ChirpStack chirpStack = client(simulator.adminKey());

    chirpStack.inventory(Scope.ALL, DEVICES, told::addAll);

    assertThat(chirpStack.generation()).isEqualTo(Generation.V3);
    assertThat(told)
        .extracting(Entity::id)
        .containsExactlyInAnyOrderElementsOf(simulator.network().devEuis());
  }

  @Test
  void aKeyWalksWhatIsItsOwnAndNothingElse() throws Exception {
    List<Entity> all = new ArrayList<>();
    client(simulator.adminKey()).inventory(Scope.ALL, DEVICES, all::addAll);
    String organization = all.get(0).place().tenantId();
    String application = all.get(0).place().applicationId();
    List<Entity> told = new ArrayList<>();

    ChirpStack organizations = client(simulator.tenantKey(organization));
    organizations.inventory(new Scope(List.of(organization), List.of()), DEVICES, told::addAll);
    assertThat(told)
        .isNotEmpty()
        .hasSameElementsAs(
            all.stream().filter(device -> device.place().tenantId().equals(organization)).toList());
    assertThat(walkFailure(organizations, Scope.ALL).kind()).isEqualTo(FailureKind.NOT_PERMITTED);

    told.clear();
    ChirpStack applications = client(simulator.applicationKey(application));
    applications.inventory(new Scope(List.of(), List.of(application)), DEVICES, told::addAll);
    assertThat(told)
        .isNotEmpty()
        .allMatch(device -> device.place().applicationId().equals(application))
        .allMatch(device -> device.place().tenantName() == null);
    assertThat(walkFailure(applications, Scope.ALL)).hasMessageContaining("application.ids");
  }

  @Test
  void eventsAndFramesBecomeRecords() {
    String device = device();
    simulator.network().join(device);
    simulator.network().uplink(device, 10, new byte[] {1, 2, 3});
    ChirpStack chirpStack = client(simulator.adminKey());
    RecordFactory records =
        new RecordFactory("c", chirpStack::generation, Clock.systemUTC(), Long.MAX_VALUE);
    Heard events = new Heard();
    Heard frames = new Heard();

    chirpStack.open(LogKind.EVENTS, device, events).request(100);
    chirpStack.open(LogKind.FRAMES, device, frames).request(100);
    await().until(() -> events.kinds().contains("up"));
    await().until(() -> frames.kinds().contains("UnconfirmedDataUp"));

    Struct up = record(records, events, "up");
    assertThat(up.getBytes("data")).isEqualTo(new byte[] {1, 2, 3});
    assertThat(up.getStruct("device_info").getString("dev_eui")).isEqualTo(device);
    assertThat(up.get("unknown_fields")).isNull();
    Struct frame = record(records, frames, "UnconfirmedDataUp");
    assertThat(frame.getString("direction")).isEqualTo("up");
    assertThat(frame.get("unknown_fields")).isNull();
    assertThat(events.entries).allMatch(entry -> entry.id() instanceof EntryId.Sequenced);
    assertThat(frames.entries).allMatch(entry -> entry.id() instanceof EntryId.Digest);
    Heard again = new Heard();
    chirpStack.open(LogKind.FRAMES, device, again).request(frames.entries.size());
    await().until(() -> again.entries.size() == frames.entries.size());
    assertThat(again.entries)
        .extracting(LogEntry::id)
        .isEqualTo(frames.entries.stream().map(LogEntry::id).toList());
  }

  private static Struct record(RecordFactory records, Heard heard, String kind) {
    LogEntry entry =
        heard.entries.stream().filter(one -> one.kind().equals(kind)).findFirst().orElseThrow();
    Struct value = (Struct) records.entry(entry, null, Map.of(), Map.of()).value();
    value.validate();
    return value;
  }

  @Test
  void aPoolThatIsUsedUpMeansFewerStreams() {
    ChirpStack chirpStack = client(simulator.adminKey());
    List<LogStream> open = new ArrayList<>();
    Heard heard = new Heard();
    for (LogKind log : List.of(LogKind.EVENTS, LogKind.FRAMES)) {
      for (String device : simulator.network().devEuis().subList(0, 10)) {
        simulator.network().join(device);
        LogStream stream = chirpStack.open(log, device, heard);
        stream.request(1_000);
        open.add(stream);
      }
      await()
          .until(
              () -> simulator.connections() > 0 && open.size() % 10 == 0 && heard.ends.isEmpty());
      Heard tooMany = new Heard();
      await()
          .during(Duration.ofMillis(300))
          .atMost(Duration.ofSeconds(2))
          .until(heard.ends::isEmpty);
      chirpStack.open(log, device(), tooMany).request(1);

      await().atMost(Duration.ofSeconds(10)).until(() -> !tooMany.ends.isEmpty());
      assertThat(tooMany.ends.get(0).kind())
          .as(tooMany.ends.get(0).getMessage())
          .isEqualTo(FailureKind.BUSY);
    }
    open.forEach(LogStream::cancel);
  }

  @Test
  void aLogThatCannotBeReadToItsEndIsNoReasonForFewerStreams() {
    String device = device();
    simulator.network().join(device);
    simulator.network().uplink(device, 10, new byte[] {1});
    simulator.faults().poisonEvents(device);
    simulator.faults().poisonFrames(device);
    String gateway = simulator.network().heardBy(device).get(0);
    simulator.faults().poisonGatewayFrames(gateway);
    ChirpStack chirpStack = client(simulator.adminKey());

    for (LogKind log : LogKind.values()) {
      Heard heard = new Heard();
      chirpStack.open(log, log == LogKind.GATEWAY_FRAMES ? gateway : device, heard).request(100);

      await().until(() -> !heard.ends.isEmpty());
      assertThat(heard.ends.get(0).kind()).isEqualTo(FailureKind.TRANSIENT);
      assertThat(heard.ends.get(0)).hasMessageContaining("cannot decode");
    }
  }

  @Test
  void aDownlinkIsQueuedReadAndFlushed() throws Exception {
    String device = device();
    simulator.network().join(device);
    simulator.network().uplink(device, 10, new byte[] {1});
    ChirpStack chirpStack = client(simulator.adminKey());

    Long counter = get(chirpStack.enqueue(downlink(device))).fCntDown();

    assertThat(get(chirpStack.queue(Target.device(device))))
        .singleElement()
        .satisfies(item -> assertThat(item.fCntDown()).isEqualTo(counter))
        .satisfies(item -> assertThat(item.data()).isEqualTo(new byte[] {1, 2}));
    assertThat(get(chirpStack.state(device)).lastSeenAt()).isNotNull();
    get(chirpStack.flush(Target.device(device)));
    assertThat(get(chirpStack.queue(Target.device(device)))).isEmpty();
  }

  @Test
  void whoWasNeverHeardOrIsNotThereGetsNothing() {
    ChirpStack chirpStack = client(simulator.adminKey());

    assertThat(failure(chirpStack.enqueue(downlink(device()))).kind())
        .isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(failure(chirpStack.enqueue(downlink("ffffffffffffffff"))).kind())
        .isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(failure(chirpStack.queue(Target.device("ffffffffffffffff"))).kind())
        .isEqualTo(FailureKind.NOT_PERMITTED);
  }

  @Test
  void aRevokedKeyIsRefused() throws Exception {
    String key = simulator.newAdminKey();
    ChirpStack chirpStack = client(key);
    get(chirpStack.probe());

    simulator.revoke(key);

    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(failure(chirpStack.queue(Target.device(device()))).kind())
        .isEqualTo(FailureKind.TOKEN_REFUSED);
  }

  @Test
  void aConfiguredGenerationThatIsNotThereIsNamed() {
    ChirpStack v4 =
        connect(
            Map.of(
                "chirpstack.url", simulator.url(),
                "chirpstack.token", simulator.adminKey(),
                "chirpstack.api.version", "v4"));

    assertThat(failure(v4.probe()).kind()).isEqualTo(FailureKind.WRONG_SERVER);
  }

  @Test
  void aServerThatComesLateIsFoundOut() throws Exception {
    simulator.stop();
    ChirpStack chirpStack = client(simulator.adminKey());
    assertThat(failure(chirpStack.probe()).kind()).isEqualTo(FailureKind.TRANSIENT);

    simulator.start();

    await().ignoreExceptions().untilAsserted(() -> get(chirpStack.probe()));
    assertThat(chirpStack.generation()).isEqualTo(Generation.V3);
  }

  private String device() {
    return simulator.network().devEuis().get(0);
  }

  private static Downlink downlink(String device) {
    return new Downlink(
        Target.device(device), 10, false, new byte[] {1, 2}, null, null, null, false);
  }

  private ChirpStack client(String key) {
    return connect(Map.of("chirpstack.url", simulator.url(), "chirpstack.token", key));
  }

  private ChirpStack connect(Map<String, String> config) {
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
}
