package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc.DeviceServiceBlockingStub;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.History;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.github.chirpconnect.simulator.time.Moments;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorQueueTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
  private final Simulator simulator =
      Simulator.builder().time(time).history(History.exactly(100)).start();
  private final Network network = simulator.network();
  private final String device = network.devEuis().get(0);
  private final Client client = new Client(simulator);
  private final DeviceServiceBlockingStub devices = client.devices(simulator.adminKey());

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void sendsOneItemAfterEachUplink() throws Exception {
    uplink();
    String first = enqueue(item(1));
    String second = enqueue(item(2));
    assertThat(network.queue(device))
        .extracting(DeviceQueueItem::getId)
        .containsExactly(first, second);

    uplink();

    assertThat(lastEvent().getDescription()).isEqualTo("txack");
    assertThat(body(lastEvent()).path("queueItemId").asText()).isEqualTo(first);
    assertThat(body(lastEvent()).path("fCntDown").asInt()).isZero();
    assertThat(network.queue(device)).extracting(DeviceQueueItem::getId).containsExactly(second);
    uplink();
    assertThat(body(lastEvent()).path("queueItemId").asText()).isEqualTo(second);
    assertThat(body(lastEvent()).path("fCntDown").asInt()).isEqualTo(1);
    assertThat(network.queue(device)).isEmpty();
  }

  @Test
  void waitsForTheAcknowledgementOfAConfirmedItem() throws Exception {
    uplink();
    String confirmed = enqueue(item(1).setConfirmed(true));
    String next = enqueue(item(2));

    uplink();
    assertThat(network.queue(device).get(0).getIsPending()).isTrue();
    assertThat(network.queue(device))
        .extracting(DeviceQueueItem::getId)
        .containsExactly(confirmed, next);

    uplink();
    assertThat(kindsOfLast(3)).containsExactly("ack", "up", "txack");
    LogItem ack = network.events(device).get(network.events(device).size() - 3);
    assertThat(body(ack).path("acknowledged").asBoolean()).isTrue();
    assertThat(body(ack).path("queueItemId").asText()).isEqualTo(confirmed);
  }

  @Test
  void reportsADownlinkThatWasNotAcknowledged() throws Exception {
    network.acknowledges(device, false);
    uplink();
    enqueue(item(1).setConfirmed(true));
    uplink();
    uplink();

    assertThat(kindsOfLast(2)).containsExactly("ack", "up");
    LogItem ack = network.events(device).get(network.events(device).size() - 2);
    assertThat(body(ack).path("acknowledged").asBoolean()).isFalse();
    assertThat(network.queue(device)).isEmpty();
  }

  @Test
  void logsAnExpiredItemAtTheNextUplinkAndSendsTheOneAfterIt() throws Exception {
    uplink();
    String expired = enqueue(item(1).setExpiresAt(Moments.timestamp(time.now().plusSeconds(10))));
    enqueue(item(2));
    time.advance(Duration.ofSeconds(10));

    uplink();

    assertThat(kindsOfLast(3)).containsExactly("up", "log", "txack");
    LogItem log = network.events(device).get(network.events(device).size() - 2);
    assertThat(log.getPropertiesMap())
        .containsEntry("Level", "ERROR")
        .containsEntry("Code", "EXPIRED");
    assertThat(body(log).path("context").path("queue_item_id").asText()).isEqualTo(expired);
    assertThat(body(log).path("description").asText())
        .isEqualTo("Device queue-item discarded because it has expired");
  }

  @Test
  void logsWhatIsTooLongAndWhatWasEncryptedWithAUsedCounter() throws Exception {
    uplink();
    enqueue(item(1));
    uplink();
    enqueue(item(1).setData(ByteString.copyFrom(new byte[300])));
    enqueue(item(2).setIsEncrypted(true));
    uplink();

    assertThat(kindsOfLast(3)).containsExactly("up", "log", "log");
    assertThat(lastEvent().getPropertiesMap()).containsEntry("Code", "F_CNT_DOWN");
  }

  @Test
  void sendsAtOnceToADeviceOfClassC() throws Exception {
    uplink();
    network.deviceClass(device, DeviceClass.CLASS_C);

    String id = enqueue(item(1));

    assertThat(lastEvent().getDescription()).isEqualTo("txack");
    assertThat(body(lastEvent()).path("queueItemId").asText()).isEqualTo(id);
    assertThat(network.queue(device)).isEmpty();
  }

  @Test
  void keepsWhatIsPendingWhenAnItemFlushesTheQueue() {
    uplink();
    String pending = enqueue(item(1).setConfirmed(true));
    enqueue(item(2));
    uplink();
    assertThat(network.queue(device)).hasSize(2);

    EnqueueDeviceQueueItemRequest request =
        EnqueueDeviceQueueItemRequest.newBuilder()
            .setQueueItem(item(3))
            .setFlushQueue(true)
            .build();
    String last = devices.enqueue(request).getId();

    assertThat(network.queue(device))
        .extracting(DeviceQueueItem::getId)
        .containsExactly(pending, last);
    assertThat(network.queue(device).get(0).getIsPending()).isTrue();
  }

  @Test
  void hasFlushedTheQueueEvenWhenTheItemIsRefused() {
    enqueue(item(1));
    EnqueueDeviceQueueItemRequest request =
        EnqueueDeviceQueueItemRequest.newBuilder()
            .setQueueItem(item(2).setFPort(0))
            .setFlushQueue(true)
            .build();

    assertThatThrownBy(() -> devices.enqueue(request))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage("INVALID_ARGUMENT: Validation error: FPort must be between 1 - 255");
    assertThat(network.queue(device)).isEmpty();
  }

  @Test
  void remembersAcceptedItemsInOrder() {
    String first = enqueue(item(1));
    time.advance(Duration.ofSeconds(1));
    String second = enqueue(item(1));

    assertThat(simulator.observations().enqueues())
        .extracting(enqueue -> enqueue.item().getId())
        .containsExactly(first, second);
    assertThat(simulator.observations().enqueues().get(1).at()).isEqualTo(time.now());
  }

  private void uplink() {
    network.uplink(device, 10, LabCodec.payload(20.5, 40));
  }

  private DeviceQueueItem.Builder item(int data) {
    return DeviceQueueItem.newBuilder()
        .setDevEui(device)
        .setFPort(2)
        .setData(ByteString.copyFrom(new byte[] {(byte) data}));
  }

  private String enqueue(DeviceQueueItem.Builder item) {
    return devices
        .enqueue(EnqueueDeviceQueueItemRequest.newBuilder().setQueueItem(item).build())
        .getId();
  }

  private LogItem lastEvent() {
    List<LogItem> events = network.events(device);
    return events.get(events.size() - 1);
  }

  private List<String> kindsOfLast(int count) {
    List<LogItem> events = network.events(device);
    return events.subList(events.size() - count, events.size()).stream()
        .map(LogItem::getDescription)
        .toList();
  }

  private static JsonNode body(LogItem item) throws Exception {
    return JSON.readTree(item.getBody());
  }
}
