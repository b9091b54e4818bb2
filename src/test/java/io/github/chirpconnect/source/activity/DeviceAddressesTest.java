package io.github.chirpconnect.source.activity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeviceAddressesTest {
  private final DeviceAddresses addresses = new DeviceAddresses();

  private static LogEntry entry(
      String owner, LogKind log, String kind, Map<String, String> properties) {
    return new LogEntry(
        owner,
        log,
        new EntryId.Sequenced(1, 0),
        Instant.EPOCH,
        kind,
        "{}",
        properties,
        text -> JsonNodeFactory.instance.objectNode());
  }

  private void learn(String devEui, int address) {
    addresses.learn(
        entry(devEui, LogKind.FRAMES, "UnconfirmedDataUp", Map.of("DevAddr", hex(address))));
  }

  private List<String> named(int address) {
    return addresses.named(
        entry(
            "00000000000000aa",
            LogKind.GATEWAY_FRAMES,
            "UnconfirmedDataUp",
            Map.of("DevAddr", hex(address))));
  }

  private static String hex(int address) {
    return String.format("%08x", address);
  }

  @Test
  void anAddressNamesAllDevicesThatHaveIt() {
    learn("0000000000000001", 7);
    learn("0000000000000002", 7);
    learn("0000000000000003", 8);

    assertThat(named(7)).containsExactlyInAnyOrder("0000000000000001", "0000000000000002");
    assertThat(named(8)).containsExactly("0000000000000003");
    assertThat(named(9)).isEmpty();
  }

  @Test
  void aDeviceHasItsLastAddressAlone() {
    learn("0000000000000001", 7);
    learn("0000000000000001", 8);
    learn("0000000000000001", 8);

    assertThat(named(7)).isEmpty();
    assertThat(named(8)).containsExactly("0000000000000001");
  }

  @Test
  void aGatewaysFrameTeachesNothing() {
    addresses.learn(
        entry(
            "00000000000000aa",
            LogKind.GATEWAY_FRAMES,
            "UnconfirmedDataUp",
            Map.of("DevAddr", hex(7))));

    assertThat(named(7)).isEmpty();
  }

  /** Many that come, move and go, some with addresses that have the same place in the table. */
  @Test
  void namesTheSameAsASearchThroughAllDevices() {
    Random random = new Random(1);
    Map<String, Integer> expected = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String devEui = String.format("%016x", random.nextInt(3_000));
      int address = 0x01000000 + random.nextInt(2_000);
      if (random.nextInt(4) == 0) {
        addresses.forget(devEui);
        expected.remove(devEui);
      } else {
        learn(devEui, address);
        expected.put(devEui, address);
      }
    }
    for (int address = 0x01000000; address < 0x01000000 + 2_000; address++) {
      int wanted = address;
      assertThat(named(address))
          .containsExactlyInAnyOrderElementsOf(
              expected.keySet().stream().filter(one -> expected.get(one) == wanted).toList());
    }
  }
}
