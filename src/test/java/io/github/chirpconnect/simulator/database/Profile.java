package io.github.chirpconnect.simulator.database;

import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.simulator.codec.Codec;
import java.time.Duration;
import java.util.Map;

/**
 * A device profile.
 *
 * @param tenantId empty for a global one
 * @param codec null without one
 * @param uplinkInterval how often its devices are expected to send; zero: not known
 * @param measurements what of the codec's objects v4 keeps metrics of, by the key
 */
public record Profile(
    String tenantId,
    DeviceProfileListItem row,
    Map<String, String> tags,
    Codec codec,
    Duration uplinkInterval,
    Map<String, Measurement> measurements) {

  public Profile(
      String tenantId, DeviceProfileListItem row, Map<String, String> tags, Codec codec) {
    this(tenantId, row, tags, codec, Duration.ZERO, Map.of());
  }

  Profile with(DeviceProfileListItem row) {
    return new Profile(tenantId, row, tags, codec, uplinkInterval, measurements);
  }

  public Profile with(Duration uplinkInterval) {
    return new Profile(tenantId, row, tags, codec, uplinkInterval, measurements);
  }

  Profile with(Map<String, Measurement> measurements) {
    return new Profile(tenantId, row, tags, codec, uplinkInterval, Map.copyOf(measurements));
  }
}
