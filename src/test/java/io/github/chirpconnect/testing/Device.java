package io.github.chirpconnect.testing;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A device of {@link FakeChirpStack}. What a generation does not tell is null.
 *
 * @param status null until the device has reported one
 * @param tags null where the list does not carry them
 */
public record Device(
    String devEui,
    String name,
    String description,
    String tenantId,
    String tenantName,
    String applicationId,
    String applicationName,
    String deviceProfileId,
    String deviceProfileName,
    Instant createdAt,
    Instant updatedAt,
    Instant lastSeenAt,
    Status status,
    Map<String, String> tags) {

  public Device {
    Objects.requireNonNull(devEui);
    Objects.requireNonNull(applicationId);
    tags = tags == null ? null : Map.copyOf(tags);
  }

  /**
   * @param batteryLevel percent; null when unknown or on external power
   */
  public record Status(int margin, boolean externalPowerSource, Float batteryLevel) {}
}
