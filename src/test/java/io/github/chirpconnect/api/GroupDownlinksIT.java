package io.github.chirpconnect.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.common.Region;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Downlinks for multicast groups, at a server of either generation, over gRPC and over REST. */
@Timeout(60)
class GroupDownlinksIT {

  @ParameterizedTest
  @EnumSource
  void takesADownlinkForAGroupShowsItAndForgetsIt(SimulatedServer server) throws Exception {
    boolean v4 = server.generation() == Generation.V4;
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      String device = simulator.network().devEuis().get(0);
      simulator.network().uplink(device, 10, new byte[] {1});
      Target group = group(simulator, List.of(device));
      long first = answer(chirpStack.frameCounter(group.id()));
      Instant expiresAt = v4 ? Instant.parse("2030-01-02T03:04:05.600Z") : null;

      Receipt receipt = answer(chirpStack.enqueue(toGroup(group, 223, new byte[] {1, 2}, null)));
      assertThat(receipt).isEqualTo(new Receipt(null, first));
      assertThat(answer(chirpStack.enqueue(toGroup(group, 7, new byte[0], expiresAt))))
          .isEqualTo(new Receipt(null, first + 1));

      assertThat(answer(chirpStack.frameCounter(group.id()))).isEqualTo(first + 2);
      List<QueuedDownlink> queue = answer(chirpStack.queue(group));
      assertThat(queue)
          .extracting(QueuedDownlink::id, QueuedDownlink::fPort, QueuedDownlink::fCntDown)
          .containsExactly(tuple(null, 223, first), tuple(null, 7, first + 1));
      assertThat(queue.get(0).data()).isEqualTo(new byte[] {1, 2});
      assertThat(queue.get(1).expiresAt()).isEqualTo(expiresAt);
      answer(chirpStack.flush(group));
      assertThat(simulator.network().groupQueue(group.id())).isEmpty();
    }
  }

  /** The server drops what no gateway can send, and says nothing. */
  @ParameterizedTest
  @EnumSource
  void remarksOnADownlinkForAGroupThatNobodyHears(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().empty().start();
        ChirpStack chirpStack = connect(simulator)) {
      String tenantId = simulator.network().addTenant("waterworks", Map.of());
      String application = simulator.network().addApplication(tenantId, "valves", Map.of());
      Target group =
          Target.group(simulator.network().addMulticastGroup(application, "all", List.of()));

      Receipt receipt = answer(chirpStack.enqueue(toGroup(group, 1, new byte[] {1}, null)));

      assertThat(receipt.remark()).startsWith("the group's queue does not hold it");
      assertThat(receipt.fCntDown()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesAPayloadThatTheGroupsDataRateCannotCarry(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      Target group = group(simulator, List.of());
      answer(chirpStack.enqueue(toGroup(group, 1, new byte[115], null)));
      assertThat(failure(chirpStack.enqueue(toGroup(group, 1, new byte[116], null))))
          .satisfies(
              failure -> {
                assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REQUEST);
                assertThat(failure)
                    .hasMessage(
                        group
                            + ": the payload has 116 bytes, and region EU868 at the group's data rate 3 permits 115;"
                            + " ChirpStack would queue it and drop it unsent");
              });
      assertThat(answer(chirpStack.frameCounter(group.id()))).isEqualTo(1);
    }
  }

  /** A payload of one byte is too long for the lowest data rate of CN470. */
  @ParameterizedTest
  @EnumSource
  void refusesWhatTheGroupsRegionCannotCarryAtAll(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      Target group = group(simulator, List.of());
      simulator.network().networkServerBand("CN470");
      simulator
          .network()
          .updateMulticastGroup(group.id(), config -> config.setDr(0).setRegion(Region.CN470));
      assertThat(failure(chirpStack.enqueue(toGroup(group, 1, new byte[1], null))))
          .hasMessageContaining("region CN470 at the group's data rate 0 permits 0");
      answer(chirpStack.enqueue(toGroup(group, 1, new byte[0], null)));
    }
  }

  /** An organization's key may ask for the region; the network server calls AS923-2 EU868. */
  @ParameterizedTest
  @EnumSource(names = {"V3_GRPC", "V3_REST"})
  void knowsTheBandOfAGroupByItsFrequencyWhereTheRegionDoesNotTellIt(SimulatedServer server)
      throws Exception {
    try (Simulator simulator = server.builder().start()) {
      String organization = simulator.network().tenantIds().get(0);
      try (ChirpStack chirpStack = connect(simulator, simulator.tenantKey(organization))) {
        Target group = group(simulator, List.of());
        simulator.network().networkServerBand("AS923-2");
        simulator
            .network()
            .updateMulticastGroup(group.id(), config -> config.setDr(2).setFrequency(921_400_000));
        answer(chirpStack.enqueue(toGroup(group, 1, new byte[115], null)));
        assertThat(failure(chirpStack.enqueue(toGroup(group, 1, new byte[116], null))))
            .hasMessageContaining("region AS923 at the group's data rate 2 permits 115");
      }
    }
  }

  /** An admin's key hears OK from v4. */
  @ParameterizedTest
  @EnumSource
  void refusesToFlushWhatDoesNotExist(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator);
        ChirpStack ofTenant =
            connect(simulator, simulator.tenantKey(simulator.network().tenantIds().get(0)))) {
      for (Target nobody :
          List.of(
              Target.group("00000000-0000-4000-8000-0000000000ff"),
              Target.device("00000000000000ff"))) {
        for (ChirpStack each : List.of(chirpStack, ofTenant)) {
          ApiException failure = failure(each.flush(nobody));
          assertThat(failure.kind()).as(failure.toString()).isEqualTo(FailureKind.NOT_PERMITTED);
          assertThat(failure).hasMessageStartingWith(nobody.toString());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesADownlinkForAGroupByItsReason(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      Target nobody = Target.group("00000000-0000-4000-8000-0000000000ff");
      assertThat(failure(chirpStack.enqueue(toGroup(nobody, 1, new byte[] {1}, null))))
          .satisfies(
              failure -> {
                assertThat(failure.kind()).isEqualTo(FailureKind.NOT_PERMITTED);
                assertThat(failure).hasMessageContaining("multicast group " + nobody.id());
              });
      Target noId = Target.group("x");
      assertThat(failure(chirpStack.enqueue(toGroup(noId, 1, new byte[] {1}, null))).kind())
          .isEqualTo(FailureKind.BAD_REQUEST);
      Target group = group(simulator, List.of());
      assertThat(failure(chirpStack.enqueue(toGroup(group, 256, new byte[] {1}, null))).kind())
          .isEqualTo(FailureKind.BAD_REQUEST);
      assertThat(answer(chirpStack.frameCounter(group.id()))).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesADownlinkForAGroupWhoseGatewayWasDeleted(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      String device = simulator.network().devEuis().get(0);
      simulator.network().uplink(device, 10, new byte[] {1});
      simulator.network().heardBy(device).forEach(simulator.network()::deleteGateway);
      Target group = group(simulator, List.of(device));

      ApiException failure = failure(chirpStack.enqueue(toGroup(group, 1, new byte[] {1}, null)));

      assertThat(failure.kind()).isEqualTo(FailureKind.NOT_PERMITTED);
      assertThat(failure)
          .hasMessageContaining(
              group + ": a gateway that heard the group's devices does not exist any more");
      assertThat(answer(chirpStack.frameCounter(group.id()))).isZero();
    }
  }

  /** Each accepted call takes a frame counter, so a lost one must not be repeated unseen. */
  @ParameterizedTest
  @EnumSource
  void aDownlinkForAGroupWhoseAnswerIsLostIsInDoubt(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator, simulator.adminKey(), Duration.ofSeconds(1))) {
      Target group = group(simulator, List.of());
      simulator.faults().dropAnswers("MulticastGroupService/Enqueue", 1);
      simulator.faults().dropAnswers("MulticastGroupService/FlushQueue", 1);

      assertThat(failure(chirpStack.enqueue(toGroup(group, 1, new byte[] {1}, null))).kind())
          .isEqualTo(FailureKind.IN_DOUBT);
      assertThat(failure(chirpStack.flush(group)).kind()).isEqualTo(FailureKind.TRANSIENT);
    }
  }

  private static Target group(Simulator simulator, List<String> devEuis) {
    String application = simulator.network().applicationIds().get(0);
    return Target.group(simulator.network().addMulticastGroup(application, "all", devEuis));
  }

  private static Downlink toGroup(Target group, int fPort, byte[] data, Instant expiresAt) {
    return new Downlink(group, fPort, false, data, null, expiresAt, null, false);
  }

  private static <A> A answer(CompletionStage<A> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static ApiException failure(CompletionStage<?> stage) {
    return catchThrowableOfType(
        ApiException.class,
        () -> {
          try {
            stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
          } catch (ExecutionException e) {
            throw e.getCause();
          }
        });
  }

  private static ChirpStack connect(Simulator simulator) {
    return connect(simulator, simulator.adminKey());
  }

  private static ChirpStack connect(Simulator simulator, String key) {
    return connect(simulator, key, Duration.ofSeconds(10));
  }

  private static ChirpStack connect(Simulator simulator, String key, Duration timeout) {
    return ChirpStacks.connect(
        new SourceConfig(
                Map.of(
                    ConnectionConfig.URL,
                    simulator.url(),
                    ConnectionConfig.TOKEN,
                    key,
                    ConnectionConfig.REQUEST_TIMEOUT,
                    Long.toString(timeout.toMillis())))
            .connection());
  }
}
