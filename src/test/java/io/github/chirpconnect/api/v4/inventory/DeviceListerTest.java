package io.github.chirpconnect.api.v4.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceStatus;
import org.junit.jupiter.api.Test;

/** What no recording has. */
class DeviceListerTest {
  private final DeviceLister lister = new DeviceLister();

  @Test
  void aBatteryLevelThatIsNotKnownIsNull() {
    assertThat(status(-1).get("batteryLevel").isNull()).isTrue();
    assertThat(status(0).get("batteryLevel").floatValue()).isZero();
  }

  @Test
  void aServerThatListsNoTagsSaysNothingOfThem() {
    DeviceListItem without = DeviceListItem.getDefaultInstance();
    DeviceListItem with = DeviceListItem.newBuilder().putTags("floor", "2").build();

    assertThat(lister.body(without, false).get("tags").isNull()).isTrue();
    assertThat(lister.body(without, true).get("tags")).isEmpty();
    assertThat(lister.body(with, false).get("tags").get("floor").textValue()).isEqualTo("2");
  }

  private JsonNode status(float battery) {
    DeviceListItem item =
        DeviceListItem.newBuilder()
            .setDevEui("0f8f5de9ddc22cb4")
            .setDeviceStatus(
                DeviceStatus.newBuilder()
                    .setMargin(7)
                    .setExternalPowerSource(true)
                    .setBatteryLevel(battery))
            .build();
    return lister.body(item, true).get("deviceStatus");
  }
}
