package io.github.chirpconnect.record;

import static io.github.chirpconnect.record.RecordFactoryTest.device;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.Device;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
  private static final Instant SEEN = Instant.parse("2026-11-24T11:59:58.123456789Z");
  private static final Device.Status STATUS = new Device.Status(7, false, 75.2f);

  private static String of(Device device, String... volatileFields) {
    return DeviceRecords.fingerprint(device, Set.of(volatileFields));
  }

  /** A change here makes every connector write its whole inventory again after an upgrade. */
  @Test
  void staysTheSameFromReleaseToRelease() {
    assertThat(of(device(Map.of("site", "north"), SEEN, STATUS))).isEqualTo("1RDJdFkaBOOo");
  }

  @Test
  void theOrderOfTagsDoesNotCount() {
    Map<String, String> one = new LinkedHashMap<>();
    Map<String, String> other = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      one.put("tag" + i, "v" + i);
      other.put("tag" + (19 - i), "v" + (19 - i));
    }
    assertThat(of(device(one, SEEN, STATUS))).isEqualTo(of(device(other, SEEN, STATUS)));
  }

  @Test
  void eachContentCounts() {
    Set<String> all = new HashSet<>();
    List<Device> devices =
        List.of(
            device(null, SEEN, STATUS),
            device(Map.of(), SEEN, STATUS),
            device(Map.of("a", "bc"), SEEN, STATUS),
            device(Map.of("ab", "c"), SEEN, STATUS),
            device(Map.of("a", "b", "c", "d"), SEEN, STATUS),
            device(null, SEEN.plusNanos(1), STATUS),
            device(null, null, STATUS),
            device(null, SEEN, null),
            device(null, SEEN, new Device.Status(8, false, 75.2f)),
            device(null, SEEN, new Device.Status(7, true, 75.2f)),
            device(null, SEEN, new Device.Status(7, false, null)));
    devices.forEach(device -> all.add(of(device)));
    assertThat(all).hasSize(devices.size());
  }

  @Test
  void volatileFieldsDoNotCount() {
    Device before = device(Map.of("a", "b"), SEEN, STATUS);
    assertThat(
            of(device(Map.of("a", "b"), SEEN.plusNanos(1), null), "last_seen_at", "device_status"))
        .isEqualTo(of(before, "last_seen_at", "device_status"));
    assertThat(of(device(null, SEEN, STATUS), "tags")).isEqualTo(of(before, "tags"));
    assertThat(of(device(null, SEEN, STATUS), "last_seen_at"))
        .isNotEqualTo(of(before, "last_seen_at"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"last_seen", "last_seen_at_text", "dev_eui", "tenantId", ""})
  void aNameThatIsNoFieldIsRefusedWithThoseThatAre(String name) {
    assertThatThrownBy(() -> of(device(null, SEEN, STATUS), name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the devices feed has no field '" + name + "'; choose from name, ")
        .hasMessageEndingWith("last_seen_at, device_status, tags, activity");
  }
}
