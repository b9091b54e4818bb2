package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.StreamDeviceEventsRequest;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.History;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorStreamsTest {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
  private final Simulator simulator =
      Simulator.builder().time(time).history(History.exactly(25)).start();
  private final Network network = simulator.network();
  private final String device = network.devEuis().get(0);
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void replaysFromTheStartTenEntriesALook() {
    uplinks(24);

    Client.Stream<LogItem> stream = client.events(simulator.adminKey(), device);
    Client.soon(() -> stream.items.size() == 10);
    assertThat(Client.kinds(stream)).startsWith("join", "up", "up");

    time.advance(LOOK.minusMillis(1));
    assertThat(stream.items).hasSize(10);
    time.advance(Duration.ofMillis(1));
    Client.soon(() -> stream.items.size() == 20);
    time.advance(LOOK);
    Client.soon(() -> stream.items.size() == 25);

    Client.Stream<LogItem> again = client.events(simulator.adminKey(), device);
    Client.soon(() -> again.items.size() == 10);
    assertThat(again.items).isEqualTo(stream.items.subList(0, 10));
  }

  @Test
  void bringsWhatIsWrittenWithinASecond() {
    Client.Stream<LogItem> stream = client.events(simulator.adminKey(), device);
    Client.soon(() -> stream.headers);

    uplinks(1);
    time.advance(LOOK);

    Client.soon(() -> stream.items.size() == 2);
    assertThat(stream.items)
        .extracting(LogItem::getId)
        .containsExactly("1795521600000-0", "1795521600000-1");
  }

  @Test
  void sendsHeadersAtOnceAndNothingElseForAnUpperCaseEui() {
    network.join(device);
    String upperCase = "0a" + device.substring(2);
    network.addDevice(network.device(device).toBuilder().setDevEui(upperCase).build());
    network.join(upperCase);

    Client.Stream<LogItem> stream =
        client.events(simulator.adminKey(), upperCase.toUpperCase(Locale.ROOT));
    Client.soon(() -> stream.headers);
    time.advance(Duration.ofMinutes(1));

    assertThat(stream.items).isEmpty();
    assertThat(stream.status).isNull();
  }

  @Test
  void stallsTheStreamOfAClientThatTakesNothingAndNoOther() {
    Simulator big =
        Simulator.builder()
            .time(new ManualTime(Instant.parse("2026-11-24T12:00:00Z")))
            .pace(Duration.ZERO)
            .history(History.exactly(5000))
            .start();
    try (big;
        Client other = new Client(big)) {
      for (int i = 0; i < 5000; i++) {
        big.network().uplink(device, 10, new byte[222]);
      }
      StreamDeviceEventsRequest request =
          StreamDeviceEventsRequest.newBuilder().setDevEui(device).build();
      String bearer = "Bearer " + big.adminKey();
      Client.Stream<LogItem> slow =
          other.open(InternalServiceGrpc.getStreamDeviceEventsMethod(), bearer, request, 1);
      Client.Stream<LogItem> fast = other.events(big.adminKey(), device);

      Client.soon(() -> fast.items.size() == 5000);
      assertThat(slow.items).hasSize(1);
      slow.request(5000);
      Client.soon(() -> slow.items.size() == 5000);
    }
  }

  @Test
  void skipsWhatWasTrimmedWhileAClientWasAway() {
    uplinks(10);
    Client.Stream<LogItem> stream = client.events(simulator.adminKey(), device);
    Client.soon(() -> stream.items.size() == 10);

    uplinks(40);
    time.advance(LOOK);

    Client.soon(() -> stream.items.size() == 20);
    assertThat(stream.items.get(10).getId()).isEqualTo(network.events(device).get(0).getId());
  }

  @Test
  void endsFiveSecondsAfterRedisDiedAndRefusesNewStreamsMeanwhile() {
    uplinks(1);
    Client.Stream<LogItem> open = client.events(simulator.adminKey(), device);
    Client.soon(() -> open.items.size() == 2);

    simulator.faults().stopRedis();
    Client.Stream<LogItem> late = client.events(simulator.adminKey(), device);
    Client.soon(() -> late.status != null);
    assertThat(late.status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(late.status.getDescription())
        .startsWith("Error occurred while creating a new object: Connection refused");
    time.advance(LOOK.plus(Duration.ofSeconds(4)));
    assertThat(open.status).isNull();
    time.advance(Duration.ofSeconds(1));
    Client.soon(() -> open.status != null);
    assertThat(open.status.getCode()).isEqualTo(Status.Code.INTERNAL);

    simulator.faults().startRedis();
    assertThat(network.events(device)).isEmpty();
  }

  @Test
  void goesOnAfterItsKeyIsRevoked() {
    String key = simulator.newAdminKey();
    Client.Stream<LogItem> stream = client.events(key, device);
    Client.soon(() -> stream.headers);

    simulator.revoke(key);
    uplinks(1);
    time.advance(LOOK);

    Client.soon(() -> stream.items.size() == 2);
    Client.Stream<LogItem> refused = client.events(key, device);
    Client.soon(() -> refused.status != null);
    assertThat(refused.status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refused.status.getDescription()).isNullOrEmpty();
  }

  @Test
  void countsOpenStreams() {
    Client.Stream<LogItem> one = client.events(simulator.adminKey(), device);
    Client.Stream<LogItem> two = client.events(simulator.adminKey(), device);
    Client.soon(() -> simulator.observations().openStreams() == 2);
    one.cancel();
    two.cancel();
    Client.soon(() -> simulator.observations().openStreams() == 0);
    assertThat(simulator.observations().mostOpenStreams()).isEqualTo(2);
    assertThat(simulator.observations().calls("InternalService/StreamDeviceEvents")).isEqualTo(2);
  }

  private void uplinks(int count) {
    for (int i = 0; i < count; i++) {
      network.uplink(device, 10, LabCodec.payload(20.5, 40));
    }
  }
}
