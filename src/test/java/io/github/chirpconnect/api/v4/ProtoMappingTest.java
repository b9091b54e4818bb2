package io.github.chirpconnect.api.v4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no recording has. */
class ProtoMappingTest {
  private static final ProtoMapping.Place PLACE =
      new ProtoMapping.Place("t", "tenant", "a", "application");

  @Test
  void aBatteryLevelThatIsNotKnownIsNull() {
    assertThat(status(-1)).isEqualTo(new Device.Status(7, true, null));
    assertThat(status(0)).isEqualTo(new Device.Status(7, true, 0f));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1]", "null", "{\"a\":1} more", "{"})
  void aBodyThatIsNoObjectIsRefusedWhenItIsRead(String body) {
    ApiException failure = catchThrowableOfType(ApiException.class, () -> ProtoMapping.body(body));

    assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REQUEST);
  }

  private static Device.Status status(float battery) {
    DeviceListItem item =
        DeviceListItem.newBuilder()
            .setDevEui("0f8f5de9ddc22cb4")
            .setDeviceStatus(
                DeviceStatus.newBuilder()
                    .setMargin(7)
                    .setExternalPowerSource(true)
                    .setBatteryLevel(battery))
            .build();
    return ProtoMapping.device(item, PLACE, true).status();
  }
}
