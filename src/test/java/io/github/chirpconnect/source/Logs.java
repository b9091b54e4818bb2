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

  static LogEntry frame(String devEui, String id) {
    return entry(devEui, LogKind.FRAMES, "UnconfirmedDataUp", id, -1);
  }

  private static LogEntry entry(String devEui, LogKind log, String kind, String id, long digestAt) {
    EntryId parsed = EntryId.parse(id);
    Instant digestTime = digestAt < 0 ? null : Instant.ofEpochMilli(digestAt);
    return new LogEntry(
        devEui,
        log,
        parsed,
        parsed instanceof EntryId.Sequenced s ? Instant.ofEpochMilli(s.millis()) : digestTime,
        kind,
        "{\"deviceInfo\":{\"devEui\":\"" + devEui + "\"}}",
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
