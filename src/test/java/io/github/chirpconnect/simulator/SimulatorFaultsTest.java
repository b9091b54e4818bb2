package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.GetDeviceRequest;
import io.github.chirpconnect.proto.v4.GetDeviceResponse;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.fault.Faults;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorFaultsTest {
  private static final Duration SOON = Duration.ofMillis(300);

  private final ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
  private final Simulator simulator =
      Simulator.builder().time(time).maxStreamsPerConnection(3).start();
  private final Network network = simulator.network();
  private final String device = network.devEuis().get(0);
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void comesBackOnTheSamePortWithWhatItHad() {
    enqueue();
    Client.Stream<LogItem> stream = client.events(simulator.adminKey(), device);
    Client.soon(() -> stream.headers);
    String url = simulator.url();

    simulator.stop();
    Client.soon(() -> stream.status != null);
    assertThat(stream.status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(getDevice().getCode()).isEqualTo(Status.Code.UNAVAILABLE);

    simulator.start();
    assertThat(simulator.url()).isEqualTo(url);
    try (Client again = new Client(simulator)) {
      again.devices(simulator.adminKey()).get(request());
    }
    assertThat(network.queue(device)).hasSize(1);
  }

  @Test
  void queuesWithoutAnAnswer() {
    simulator.faults().dropAnswers("DeviceService/Enqueue", 1);

    assertThatThrownBy(() -> enqueue(SOON))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("DEADLINE_EXCEEDED");

    assertThat(network.queue(device)).hasSize(1);
    enqueue();
    assertThat(network.queue(device)).hasSize(2);
  }

  @Test
  void refusesAsManyCallsAsPlannedWithOrWithoutDoingWhatTheyAsk() {
    simulator
        .faults()
        .refuse("DeviceService/Enqueue", 1, Status.INTERNAL.withDescription("database is locked"));
    simulator.faults().doAndRefuse("DeviceService/Enqueue", 1, Status.UNAVAILABLE);

    assertThatThrownBy(this::enqueue).hasMessage("INTERNAL: database is locked");
    assertThat(network.queue(device)).isEmpty();
    assertThatThrownBy(this::enqueue).hasMessage("UNAVAILABLE");
    assertThat(network.queue(device)).hasSize(1);
    enqueue();
    assertThat(simulator.observations().calls("DeviceService/Enqueue")).isEqualTo(3);
  }

  @Test
  void answersLateWhatItDidAtOnce() {
    simulator.faults().delayAnswers(Duration.ofSeconds(30));

    CompletableFuture<Void> call = CompletableFuture.runAsync(this::enqueue);
    Client.soon(() -> network.queue(device).size() == 1);
    assertThat(call).isNotDone();
    Client.soon(
        () -> {
          time.advance(Duration.ofSeconds(30));
          return call.isDone();
        });
    assertThat(call).isCompleted();
  }

  @Test
  void resetsConnections() {
    Client.Stream<LogItem> stream = client.events(simulator.adminKey(), device);
    Client.soon(() -> stream.headers);

    simulator.faults().resetConnections();

    Client.soon(() -> stream.status != null);
    assertThat(stream.status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    Client.soon(() -> getDevice().isOk());
  }

  @Test
  void endsStreamsAndForgetsThoseThatAStopCut() {
    Client.Stream<LogItem> one = client.events(simulator.adminKey(), device);
    Client.Stream<LogItem> other = client.events(simulator.adminKey(), device);
    Client.soon(() -> one.headers && other.headers);
    assertThat(simulator.observations().streamedEvents()).containsExactly(device, device);

    simulator.faults().endStreams(Status.INTERNAL.withDescription("XREAD event stream"));
    Client.soon(() -> one.status != null && other.status != null);
    assertThat(one.status.getDescription()).isEqualTo("XREAD event stream");
    Client.soon(() -> simulator.observations().openStreams() == 0);

    Client.Stream<LogItem> last = client.events(simulator.adminKey(), device);
    Client.soon(() -> last.headers);
    simulator.stop();
    assertThat(simulator.observations().openStreams()).isZero();
  }

  @Test
  void refusesConnectionsAndKeepsThoseThatExist() {
    assertThat(getDevice().isOk()).isTrue();
    simulator.faults().refuseConnections();

    try (Client late = new Client(simulator)) {
      assertThat(late.status(DeviceServiceGrpc.getGetMethod(), bearer(), request()).getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
    assertThat(getDevice().isOk()).isTrue();
    simulator.faults().acceptConnections();
    try (Client late = new Client(simulator)) {
      assertThat(late.status(DeviceServiceGrpc.getGetMethod(), bearer(), request()).isOk())
          .isTrue();
    }
  }

  @Test
  void carriesNothingOverAHalfOpenLink() {
    assertThat(getDevice().isOk()).isTrue();
    simulator.faults().halfOpen();

    assertThatThrownBy(() -> stub(SOON).get(request())).hasMessageContaining("DEADLINE_EXCEEDED");
    assertThat(simulator.connections()).isEqualTo(1);

    simulator.faults().endHalfOpen();
    assertThat(getDevice().isOk()).isTrue();
  }

  @Test
  void goesAwayInGoodOrder() {
    Client.Stream<LogItem> stream = client.events(simulator.adminKey(), device);
    Client.soon(() -> stream.headers);

    simulator.faults().goAway();

    Client.soon(() -> getDevice().isOk() && simulator.connections() == 2);
    network.uplink(device, 10, new byte[0]);
    time.advance(Duration.ofSeconds(1));
    Client.soon(() -> stream.items.size() == 2);
    assertThat(stream.status).isNull();
  }

  @Test
  void keepsStreamsBeyondTheLimitOfAConnectionWaiting() {
    List<Client.Stream<LogItem>> streams =
        List.of(
            client.events(simulator.adminKey(), device),
            client.events(simulator.adminKey(), device),
            client.events(simulator.adminKey(), device));
    Client.soon(() -> streams.stream().allMatch(stream -> stream.headers));

    assertThatThrownBy(() -> stub(SOON).get(request())).hasMessageContaining("DEADLINE_EXCEEDED");
    streams.get(0).cancel();
    Client.soon(() -> simulator.observations().openStreams() == 2);
    assertThat(getDevice()).isEqualTo(Status.OK);
  }

  @Test
  void losesHistoryAndStartsIdsFromAnEarlierClock() {
    network.uplink(device, 10, new byte[0]);
    String before = network.events(device).get(0).getId();

    simulator.faults().moveRedisClock(Duration.ofHours(-1));
    network.uplink(device, 10, new byte[0]);
    assertThat(network.events(device))
        .extracting(LogItem::getId)
        .isEqualTo(ids("1795521600000", 3));
    simulator.faults().clearHistory(device);
    network.uplink(device, 10, new byte[0]);

    assertThat(before).isEqualTo("1795521600000-0");
    assertThat(network.events(device))
        .extracting(LogItem::getId)
        .containsExactly("1795518000000-0");
  }

  @Test
  void restoresAnOlderHistory() {
    network.uplink(device, 10, new byte[0]);
    List<LogItem> old = network.events(device);
    Faults.Backup backup = simulator.faults().backupHistory();
    network.uplink(device, 10, new byte[0]);

    simulator.faults().restoreHistory(backup);

    assertThat(network.events(device)).isEqualTo(old);
  }

  private static List<String> ids(String millis, int count) {
    return IntStream.range(0, count).mapToObj(i -> millis + "-" + i).toList();
  }

  private String bearer() {
    return "Bearer " + simulator.adminKey();
  }

  private GetDeviceRequest request() {
    return GetDeviceRequest.newBuilder().setDevEui(device).build();
  }

  private Status getDevice() {
    return client.<GetDeviceRequest, GetDeviceResponse>status(
        DeviceServiceGrpc.getGetMethod(), bearer(), request());
  }

  private DeviceServiceGrpc.DeviceServiceBlockingStub stub(Duration deadline) {
    return client
        .devices(simulator.adminKey())
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void enqueue() {
    enqueue(Duration.ofSeconds(10));
  }

  private void enqueue(Duration deadline) {
    stub(deadline)
        .enqueue(
            EnqueueDeviceQueueItemRequest.newBuilder()
                .setQueueItem(DeviceQueueItem.newBuilder().setDevEui(device).setFPort(2))
                .build());
  }
}
