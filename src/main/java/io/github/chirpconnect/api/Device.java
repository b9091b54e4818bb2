package io.github.chirpconnect.api;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A device as a server's inventory lists it. What a generation does not tell is null.
 *
 * @param devEui 16 lower-case hex digits
 * @param tenantId v3: the organization's id
 * @param lastSeenAt when the server handled the last data uplink, by its clock; null before the
 *     first
 * @param status null until the device has reported one
 * @param tags null where the list does not carry them (v3, v4 before 4.12)
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
   * @param margin demodulation SNR margin of the last DevStatusReq, dB
   * @param batteryLevel percent; null when unknown or on external power
   */
  public record Status(int margin, boolean externalPowerSource, Float batteryLevel) {}
}
