package io.github.chirpconnect.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for a server of either generation, over gRPC and over REST. */
@Timeout(60)
class FourServersIT {

  @ParameterizedTest
  @EnumSource
  void isRecognisedAndWalked(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      List<String> told = new ArrayList<>();

      chirpStack.devices(Scope.ALL, page -> page.stream().map(Device::devEui).forEach(told::add));

      assertThat(chirpStack.generation()).isEqualTo(server.generation());
      assertThat(told).containsExactlyInAnyOrderElementsOf(simulator.network().devEuis());
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesADownlinkShowsItAndForgetsIt(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      String device = simulator.network().devEuis().get(0);
      simulator.network().uplink(device, 10, new byte[] {1});
      Downlink downlink =
          new Downlink(device, 10, true, new byte[] {1, 2}, null, null, null, false);

      chirpStack.enqueue(downlink).toCompletableFuture().get(10, TimeUnit.SECONDS);

      assertThat(chirpStack.queue(device).toCompletableFuture().get(10, TimeUnit.SECONDS))
          .singleElement()
          .satisfies(item -> assertThat(item.data()).isEqualTo(new byte[] {1, 2}));
      chirpStack.flush(device).toCompletableFuture().get(10, TimeUnit.SECONDS);
      assertThat(simulator.network().queue(device)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatOnlySomeServersKnowIsAskedFor(SimulatedServer server) throws Exception {
    boolean v4 = server.generation() == Generation.V4;
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      String device = simulator.network().devEuis().get(0);
      for (Feature feature : Feature.values()) {
        assertThat(chirpStack.supports(feature).toCompletableFuture().get(10, TimeUnit.SECONDS))
            .as(feature.name())
            .isEqualTo(v4);
      }
      DeviceState state = chirpStack.state(device).toCompletableFuture().get(10, TimeUnit.SECONDS);
      assertThat(state.deviceClass()).isEqualTo(v4 ? "CLASS_A" : null);
    }
  }

  /** What a server knows has to arrive there: REST has JSON for it. */
  @ParameterizedTest
  @EnumSource(names = {"V4_GRPC", "V4_REST"})
  void aDownlinkArrivesWithAllItsFields(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      String device = simulator.network().devEuis().get(0);
      Instant expiresAt = Instant.parse("2030-01-02T03:04:05.600Z");
      enqueue(chirpStack, new Downlink(device, 1, false, new byte[] {1}, null, null, null, false));
      enqueue(
          chirpStack, new Downlink(device, 2, true, new byte[] {2}, null, expiresAt, null, true));
      enqueue(chirpStack, new Downlink(device, 3, false, new byte[] {3}, null, null, 7L, false));

      assertThat(chirpStack.queue(device).toCompletableFuture().get(10, TimeUnit.SECONDS))
          .extracting(QueuedDownlink::fPort, QueuedDownlink::expiresAt, QueuedDownlink::fCntDown)
          .containsExactly(tuple(2, expiresAt, null), tuple(3, null, 7L));
    }
  }

  private static void enqueue(ChirpStack chirpStack, Downlink downlink) throws Exception {
    chirpStack.enqueue(downlink).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** The proxy before v4 has no streams. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V4_REST")
  void streamsWhatHappened(SimulatedServer server) {
    List<String> kinds = new CopyOnWriteArrayList<>();
    LogListener listener =
        new LogListener() {
          @Override
          public void onOpen() {
            // What comes is looked at.
          }

          @Override
          public void onEntry(LogEntry entry) {
            kinds.add(entry.kind());
          }

          @Override
          public void onEnd(ApiException reason) {
            kinds.add(reason.getMessage());
          }
        };
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      String device = simulator.network().devEuis().get(0);
      simulator.network().uplink(device, 10, new byte[] {1});
      chirpStack.open(LogKind.EVENTS, device, listener).request(100);
      await().until(() -> kinds.size() == 2);
      simulator.network().uplink(device, 10, new byte[] {2});
      await().until(() -> kinds.size() == 3);
      assertThat(kinds).containsExactly("join", "up", "up");
    }
  }

  private static ChirpStack connect(Simulator simulator) {
    Map<String, String> settings = new HashMap<>();
    settings.put("chirpstack.url", simulator.url());
    settings.put("chirpstack.token", simulator.adminKey());
    return ChirpStacks.connect(new SourceConfig(settings).connection());
  }
}
