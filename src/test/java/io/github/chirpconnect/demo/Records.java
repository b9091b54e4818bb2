package io.github.chirpconnect.demo;

import io.github.chirpconnect.harness.kafka.TopicRecord;
import java.time.Instant;
import java.util.Map;

/** Records as the connectors write them, for tests of what the demonstration makes of them. */
final class Records {
  static final String DEV_EUI = "0102030405060708";
  static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

  private Records() {}

  static TopicRecord event(String kind, int secondsAfterStart, String json) {
    return new TopicRecord(
        "chirpstack.device." + kind,
        0,
        0,
        START.plusSeconds(secondsAfterStart),
        DEV_EUI,
        json,
        Map.of("chirpstack.feed", "device-events", "chirpstack.kind", kind));
  }

  static TopicRecord device(String json) {
    return new TopicRecord(
        "chirpstack.devices", 0, 0, START, DEV_EUI, json, Map.of("chirpstack.feed", "devices"));
  }

  static TopicRecord frame() {
    return new TopicRecord(
        "chirpstack.device.frames",
        0,
        0,
        START,
        DEV_EUI,
        "{}",
        Map.of("chirpstack.feed", "device-frames", "chirpstack.kind", "JoinRequest"));
  }

  static TopicRecord downlink(int secondsAfterStart, String json) {
    return new TopicRecord(
        Installation.DOWNLINKS, 0, 0, START.plusSeconds(secondsAfterStart), "key", json, Map.of());
  }
}
