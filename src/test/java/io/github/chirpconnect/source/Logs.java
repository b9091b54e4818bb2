package io.github.chirpconnect.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import java.time.Instant;
import java.util.Map;

/** Log entries to test with. */
public final class Logs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Logs() {}

  public static LogEntry up(String devEui, String id) {
    return up(devEui, id, -1);
  }

  /**
   * @param digestAt when it happened if the id is a digest; negative: it doesn't say
   */
  public static LogEntry up(String devEui, String id, long digestAt) {
    return entry(devEui, LogKind.EVENTS, "up", id, digestAt);
  }

  /**
   * An event whose body says more.
   *
   * @param fields of the body, behind the device: {@code "fCnt":7}
   */
  static LogEntry event(String kind, String devEui, String id, String fields) {
    return entry(
        devEui,
        LogKind.EVENTS,
        kind,
        id,
        -1,
        "{\"deviceInfo\":{\"devEui\":\"" + devEui + "\"}," + fields + "}");
  }

  static LogEntry frame(String devEui, String id) {
    return entry(devEui, LogKind.FRAMES, "UnconfirmedDataUp", id, -1);
  }

  /** A frame of v3, which has no id. */
  static LogEntry frameOfV3(String devEui, String digest, long at) {
    return entry(devEui, LogKind.FRAMES, "UnconfirmedDataUp", "d:" + digest, at);
  }

  /** An uplink whose body says which address the device has. */
  static LogEntry up(String devEui, String id, String devAddr) {
    return up(devEui, id, devAddr, "00ef76829d300001");
  }

  /** As above, as a gateway has heard it. */
  static LogEntry up(String devEui, String id, String devAddr, String gateway) {
    return entry(
        devEui,
        LogKind.EVENTS,
        "up",
        id,
        "{\"deviceInfo\":{\"tags\":{\"devAddr\":\"none\"}},\"devAddr\":\""
            + devAddr
            + "\",\"rxInfo\":[{\"location\":{\"gatewayId\":\"none\"},\"gatewayId\":\""
            + gateway
            + "\"}]}",
        Map.of());
  }

  /** A frame that a gateway has heard or sent. */
  static LogEntry heard(String gateway, String id, String kind, Map<String, String> properties) {
    return entry(
        gateway,
        LogKind.GATEWAY_FRAMES,
        kind,
        id,
        "{\"phy_payload\":{\"payload\":{\"f_port\":1}}}",
        properties);
  }

  private static LogEntry entry(
      String owner, LogKind log, String kind, String id, String body, Map<String, String> names) {
    LogEntry entry = entry(owner, log, kind, id, -1);
    return new LogEntry(owner, log, entry.id(), entry.time(), kind, body, names, entry.format());
  }

  private static LogEntry entry(String devEui, LogKind log, String kind, String id, long digestAt) {
    String body = "{\"deviceInfo\":{\"devEui\":\"" + devEui + "\"}}";
    return entry(devEui, log, kind, id, digestAt, body);
  }

  private static LogEntry entry(
      String devEui, LogKind log, String kind, String id, long digestAt, String body) {
    EntryId parsed = EntryId.parse(id);
    Instant digestTime = digestAt < 0 ? null : Instant.ofEpochMilli(digestAt);
    return new LogEntry(
        devEui,
        log,
        parsed,
        parsed instanceof EntryId.Sequenced s ? Instant.ofEpochMilli(s.millis()) : digestTime,
        kind,
        body,
        Map.of(),
        text -> {
          try {
            return JSON.readTree(text);
          } catch (JsonProcessingException e) {
            throw new ApiException(FailureKind.BAD_REQUEST, "no JSON", e);
          }
        });
  }
}
