package io.github.chirpconnect.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
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

  /** Of an entity of the devices. */
  static Device of(Entity entity) {
    JsonNode body = entity.body();
    JsonNode status = body.path("deviceStatus");
    Map<String, String> tags = null;
    if (body.path("tags").isObject()) {
      tags = new HashMap<>();
      for (Map.Entry<String, JsonNode> tag : body.get("tags").properties()) {
        tags.put(tag.getKey(), tag.getValue().textValue());
      }
    }
    return new Device(
        entity.id(),
        text(body, "name"),
        text(body, "description"),
        entity.place().tenantId(),
        entity.place().tenantName(),
        entity.place().applicationId(),
        entity.place().applicationName(),
        text(body, "deviceProfileId"),
        text(body, "deviceProfileName"),
        time(body, "createdAt"),
        time(body, "updatedAt"),
        entity.lastSeenAt(),
        status.isObject() ? status(status) : null,
        tags);
  }

  private static Status status(JsonNode status) {
    JsonNode battery = status.path("batteryLevel");
    return new Status(
        status.path("margin").intValue(),
        status.path("externalPowerSource").booleanValue(),
        battery.isNumber() ? battery.floatValue() : null);
  }

  private static String text(JsonNode body, String field) {
    return body.path(field).textValue();
  }

  private static Instant time(JsonNode body, String field) {
    String text = text(body, field);
    return text == null ? null : Instant.parse(text);
  }

  /**
   * @param margin demodulation SNR margin of the last DevStatusReq, dB
   * @param batteryLevel percent; null when unknown or on external power
   */
  public record Status(int margin, boolean externalPowerSource, Float batteryLevel) {}
}
