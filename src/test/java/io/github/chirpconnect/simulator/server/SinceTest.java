package io.github.chirpconnect.simulator.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.proto.v4.ListDevicesRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinceTest {
  private final Since v4 = Since.of(Generation.V4);
  private final Since v3 = Since.of(Generation.V3);

  @ParameterizedTest
  @CsvSource({
    "api.DeviceService/List, 4.0, true",
    "api.DeviceService/GetNextFCntDown, 4.5, false",
    "api.DeviceService/GetNextFCntDown, 4.6, true",
    "api.DeviceService/FlushQueue, 4.0, true",
    "api.GatewayService/GetDutyCycleMetrics, 4.7, false",
    "api.GatewayService/ListRelayGateways, 4.8, false",
    "api.GatewayService/ListRelayGateways, 4.9, true",
    "api.InternalService/GetVersion, 4.7, false",
    "api.DeviceProfileService/GetVendor, 4.15, false"
  })
  void knowsSinceWhenACallIsThere(String method, String version, boolean there) {
    assertThat(v4.has(Version.of(version), method)).isEqualTo(there);
  }

  @Test
  void knowsSinceWhenAFieldIsThere() {
    assertThat(has(v4, "4.11", ListDevicesRequest.getDescriptor(), "order_by")).isFalse();
    assertThat(has(v4, "4.12", ListDevicesRequest.getDescriptor(), "order_by")).isTrue();
    assertThat(has(v4, "4.0", ListDevicesRequest.getDescriptor(), "multicast_group_id")).isTrue();
    assertThat(has(v4, "4.11", DeviceListItem.getDescriptor(), "tags")).isFalse();
    // As everything below, and nothing in the next message.
    assertThat(has(v4, "4.15", DeviceProfileListItem.getDescriptor(), "firmware_version"))
        .isFalse();
    assertThat(has(v4, "4.0", DeviceProfileListItem.getDescriptor(), "supports_class_c")).isTrue();
  }

  @Test
  void countsPatchReleasesToo() {
    Descriptor event =
        io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse.getDescriptor();
    assertThat(has(v3, "3.17.1", event, "stream_id")).isFalse();
    assertThat(has(v3, "3.17.2", event, "stream_id")).isTrue();
    assertThat(has(v3, "3.10", event, "payload_json")).isTrue();
    assertThat(v3.has(Version.of("3.16"), "api.DeviceService/GetStats")).isFalse();
  }

  private static boolean has(Since since, String version, Descriptor message, String field) {
    return since.has(Version.of(version), message.findFieldByName(field));
  }
}
