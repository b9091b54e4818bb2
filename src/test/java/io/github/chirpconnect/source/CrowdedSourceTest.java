package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.testing.FakeChirpStack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Far more devices than streams: how soon what a device says is read. */
class CrowdedSourceTest {
  private static final int DEVICES = 400;
  private static final int STREAMS = 40;

  /** Of the inventory, in seconds. */
  private static final int INTERVAL = 60;

  private static final String GATEWAY = "00ef76829d300001";

  private final TaskUnderTest task = new TaskUnderTest("device-events");
  private final FakeChirpStack chirpStack = task.chirpStack;
  private final List<String> devices = new ArrayList<>();
  private int said;

  CrowdedSourceTest() {
    task.properties.put("device.streams.max", Integer.toString(STREAMS));
    chirpStack.historyLimit = 10;
    for (int i = 0; i < DEVICES; i++) {
      devices.add(String.format("%016x", i));
      chirpStack.add(devices.get(i));
      for (int j = 0; j < 10; j++) {
        chirpStack.log(Logs.up(devices.get(i), (j + 1) + "-0", address(i)));
      }
    }
    for (int i = 1; i <= 3; i++) {
      chirpStack.gateways.put("00ef76829d30000" + i, null);
    }
  }

  @Test
  void aPlaceIsGivenOnAsSoonAsItsDeviceHasShownWhatItWasActiveFor() {
    readAll();
    List<String> expected = new ArrayList<>();
    for (String devEui : devices.subList(0, 350)) {
      expected.add(uplink(devEui));
      seen(devEui);
    }
    List<SourceRecord> records = untilNextWalk();
    records.addAll(task.runSeconds(8));
    List<String> ids = ids(records);
    assertThat(ids).as("350 by 35 places").doesNotHaveDuplicates();
    assertThat(new TreeSet<>(ids)).containsAll(expected);
    assertThat(streams(LogKind.EVENTS)).hasSizeLessThanOrEqualTo(STREAMS);
  }

  @Test
  void aFrameThatAGatewayHeardOpensTheStreamOfItsDevice() {
    readAll();
    for (int i = 300; i < 320; i++) {
      heard("UnconfirmedDataUp", Map.of("DevAddr", address(i), "DevEUI", ""));
      String id = uplink(devices.get(i));
      assertThat(ids(task.runSeconds(3))).as("long before the walk").containsExactly(id);
    }
  }

  @Test
  void whatTheGatewaysSignalIsCounted() {
    readAll();
    assertThat(task.shows("signal-gateways")).isEqualTo(3);
    assertThat(task.shows("signals-total")).isZero();
    heard("UnconfirmedDataUp", Map.of("DevAddr", address(300)));
    chirpStack.log(
        Logs.heard(
            "00ef76829d300002", nextId(), "UnconfirmedDataUp", Map.of("DevAddr", address(300))));
    heard("UnconfirmedDataUp", Map.of("DevAddr", "00c0ffee"));
    uplink(devices.get(300));
    task.runSeconds(3);
    assertThat(task.shows("signals-total"))
        .as("by two gateways; one frame is foreign")
        .isEqualTo(2);
    assertThat(task.shows("signals-useful-total")).isEqualTo(1);

    task.time.advance(Duration.ofSeconds(30));
    assertThat(task.shows("signal-gateways")).as("while the connector is paused").isZero();
  }

  @Test
  void whatAGatewaySaysBeforeItIsLoggedIsReadToo() {
    readAll();
    heard("ConfirmedDataUp", Map.of("DevAddr", address(300)));
    assertThat(task.run(Duration.ofMillis(1_300))).isEmpty();
    String id = uplink(devices.get(300));
    assertThat(ids(task.runSeconds(3))).containsExactly(id);
  }

  @Test
  void aJoinRequestNamesItsDeviceAndTheDeviceHasANewAddressThen() {
    readAll();
    String joined = devices.get(350);
    heard("JoinRequest", Map.of("DevAddr", "", "DevEUI", joined));
    chirpStack.log(Logs.up(joined, nextId(), "00c0ffee"));
    assertThat(task.runSeconds(3)).hasSize(1);
    task.runSeconds(20);
    heard("UnconfirmedDataUp", Map.of("DevAddr", "00c0ffee"));
    String id = uplink(joined, "00c0ffee");
    assertThat(ids(task.runSeconds(3))).containsExactly(id);
  }

  @Test
  void whereDevicesShareAnAddressAllAreLookedAt() {
    chirpStack.log(Logs.up(devices.get(300), "11-0", address(301)));
    readAll();
    int before = chirpStack.opened.size();
    heard("UnconfirmedDataUp", Map.of("DevAddr", address(301)));
    List<String> expected =
        List.of(uplink(devices.get(300), address(301)), uplink(devices.get(301)));
    assertThat(ids(task.runSeconds(3))).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(
            chirpStack.opened.subList(before, chirpStack.opened.size()).stream()
                .map(stream -> stream.devEui))
        .contains(devices.get(300), devices.get(301));
  }

  @Test
  void aDownlinkFromTheQueueIsASignalAndOneForTheRadioIsNot() {
    readAll();
    heard("UnconfirmedDataDown", Map.of("DevAddr", address(390)));
    String id = uplink(devices.get(390));
    assertThat(ids(task.runSeconds(3))).containsExactly(id);
    heard("JoinAccept", Map.of("DevAddr", address(391), "DevEUI", devices.get(391)));
    uplink(devices.get(391));
    assertThat(task.runSeconds(3)).isEmpty();
  }

  @Test
  void whatWasReadForASignalIsNotReadAgainForTheWalk() {
    readAll();
    String devEui = devices.get(10);
    int before = openings(devEui);
    heard("UnconfirmedDataUp", Map.of("DevAddr", address(10)));
    Instant at = task.time.instant();
    uplink(devEui);
    assertThat(task.runSeconds(2)).hasSize(1);
    // Others need its place.
    for (String other : devices.subList(100, 200)) {
      uplink(other);
      heard("UnconfirmedDataUp", Map.of("DevAddr", address(devices.indexOf(other))));
      task.run(Duration.ofMillis(100));
    }
    assertThat(openings(devEui)).isEqualTo(before + 1);
    chirpStack.add(devEui, "device", at);
    untilNextWalk();
    task.runSeconds(10);
    assertThat(openings(devEui)).as("for the signal alone").isEqualTo(before + 1);
  }

  /** Ids are dated by Redis, which may run on another host than what says who was seen. */
  @Test
  void aClockOfRedisThatIsAheadHidesNoDeviceThatWasSeen() {
    readAll();
    for (int round = 0; round < 2; round++) {
      List<String> expected = new ArrayList<>();
      for (String devEui : devices.subList(0, 350)) {
        String id = task.time.instant().plusSeconds(600).toEpochMilli() + "-" + ++said;
        chirpStack.log(Logs.up(devEui, id, address(devices.indexOf(devEui))));
        expected.add(devEui + id);
        seen(devEui);
      }
      List<SourceRecord> records = untilNextWalk();
      records.addAll(task.runSeconds(10));
      assertThat(ids(records)).as("round %d", round).containsAll(expected);
    }
  }

  @Test
  void aStreamOfAGatewayThatEndsIsOpenedAgainAndWhatItRepeatsIsNoSignal() {
    readAll();
    heard("UnconfirmedDataUp", Map.of("DevAddr", address(300)));
    uplink(devices.get(300));
    task.runSeconds(3);
    chirpStack.streamOf(GATEWAY).end(new ApiException(FailureKind.TRANSIENT, "reset"));
    task.runSeconds(3);
    int before = openings(devices.get(300));
    heard("UnconfirmedDataUp", Map.of("DevAddr", address(301)));
    String id = uplink(devices.get(301));
    assertThat(ids(task.runSeconds(3))).containsExactly(id);
    assertThat(openings(devices.get(300))).isEqualTo(before);
  }

  @Test
  void noMoreGatewaysAreFollowedThanMayBe() {
    task.properties.put("activity.gateway.streams.max", "2");
    readAll();
    assertThat(streams(LogKind.GATEWAY_FRAMES)).hasSize(2);
    String other =
        chirpStack.gateways.keySet().stream()
            .filter(id -> streams(LogKind.GATEWAY_FRAMES).stream().noneMatch(on(id)))
            .findFirst()
            .orElseThrow();
    for (String devEui : devices) {
      chirpStack.log(Logs.up(devEui, nextId(), "00000001", other));
    }
    task.runSeconds(400);
    assertThat(streams(LogKind.GATEWAY_FRAMES)).hasSize(2);
    assertThat(streams(LogKind.GATEWAY_FRAMES).stream())
        .as("it hears what no other hears")
        .anyMatch(on(other));
  }

  private static Predicate<FakeChirpStack.Stream> on(String owner) {
    return stream -> stream.devEui.equals(owner);
  }

  @Test
  void whereTheFeedReadsAGatewayItIsFollowedOnce() {
    task.properties.put("feeds", "device-events,gateway-frames");
    readAll();
    assertThat(streams(LogKind.GATEWAY_FRAMES)).hasSameSizeAs(chirpStack.gateways.keySet());
    heard("UnconfirmedDataUp", Map.of("DevAddr", address(300)));
    uplink(devices.get(300));
    assertThat(task.runSeconds(3)).as("the frame and the uplink").hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "activity.gateway.streams.max, 0",
    "device.streams.max, 400",
    "chirpstack.url, http://localhost:8090"
  })
  void whereNoSignalIsWantedOrOfUseNoGatewayIsFollowed(String key, String value) {
    task.properties.put(key, value);
    readAll();
    assertThat(streams(LogKind.GATEWAY_FRAMES)).isEmpty();
  }

  @Test
  void aServerOfV3HasNoStreamToSpareForASignal() {
    chirpStack.generation = Generation.V3;
    task.properties.put("chirpstack.redis.pool.size", "80");
    task.start();
    task.runSeconds(60);
    assertThat(streams(LogKind.GATEWAY_FRAMES)).isEmpty();
  }

  @Test
  void aKeyThatMayNotReadGatewaysLeavesItAtThatAndThatIsSaidOnce() {
    chirpStack.gatewaysFailure = new ApiException(FailureKind.NOT_PERMITTED, "not this key's");
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      readAll();
      task.runSeconds(600);
      assertThat(log.lines()).filteredOn(line -> line.contains("not this key's")).hasSize(1);
    }
    String devEui = devices.get(3);
    String id = uplink(devEui);
    seen(devEui);
    List<SourceRecord> records = untilNextWalk();
    records.addAll(task.runSeconds(5));
    assertThat(ids(records)).containsExactly(id);
  }

  @Test
  void aConnectorThatIsPausedLetsTheGatewaysGo() {
    readAll();
    task.time.advance(Duration.ofSeconds(30));
    assertThat(chirpStack.open()).isEmpty();
    task.runSeconds(10);
    assertThat(streams(LogKind.GATEWAY_FRAMES)).hasSize(3);
  }

  /** Starts, and lets the visits reach every device. */
  private void readAll() {
    task.start();
    assertThat(task.runSeconds(200)).hasSizeGreaterThanOrEqualTo(10 * DEVICES);
  }

  private static String address(int device) {
    return String.format("01%06x", device);
  }

  private void heard(String kind, Map<String, String> names) {
    chirpStack.log(Logs.heard(GATEWAY, nextId(), kind, names));
  }

  private String nextId() {
    return task.time.instant().toEpochMilli() + "-" + ++said;
  }

  private List<FakeChirpStack.Stream> streams(LogKind log) {
    return chirpStack.open().stream().filter(stream -> stream.log == log).toList();
  }

  private int openings(String devEui) {
    return (int) chirpStack.opened.stream().filter(one -> one.devEui.equals(devEui)).count();
  }

  private String uplink(String devEui) {
    return uplink(devEui, address(devices.indexOf(devEui)));
  }

  private String uplink(String devEui, String devAddr) {
    String id = nextId();
    chirpStack.log(Logs.up(devEui, id, devAddr));
    return devEui + id;
  }

  private void seen(String devEui) {
    chirpStack.add(devEui, "device", task.time.instant());
  }

  private List<SourceRecord> untilNextWalk() {
    return task.runSeconds(INTERVAL);
  }

  private static List<String> ids(List<SourceRecord> records) {
    return records.stream()
        .map(record -> record.key() + "" + record.headers().lastWithName("chirpstack.id").value())
        .toList();
  }
}
