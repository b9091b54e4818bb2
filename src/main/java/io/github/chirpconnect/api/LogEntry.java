package io.github.chirpconnect.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * One entry of the log of a device or gateway.
 *
 * @param devEui the device or gateway whose log it is, 16 lower-case hex digits
 * @param log which of its logs
 * @param id the same on each replay
 * @param time when it happened, by the server: nanoseconds, may run against the order of ids; null
 *     if the server said none
 * @param kind events: {@code up}, {@code join}, …; frames: the frame type, e.g. {@code
 *     UnconfirmedDataUp}
 * @param text the body as the server sent it, JSON
 * @param properties the server's short summary, not part of the body
 * @param format reads the body
 */
public record LogEntry(
    String devEui,
    LogKind log,
    EntryId id,
    Instant time,
    String kind,
    String text,
    Map<String, String> properties,
    BodyFormat format) {

  public LogEntry {
    Objects.requireNonNull(devEui);
    Objects.requireNonNull(log);
    Objects.requireNonNull(id);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(text);
    Objects.requireNonNull(format);
    properties = Map.copyOf(properties);
  }

  /**
   * The body in ChirpStack v4's integration JSON, for both generations: lowerCamelCase names for
   * events; {@code phy_payload}, {@code tx_info} and {@code rx_info} for frames. What only v3 tells
   * has fields of its own. Parsed anew on each call.
   *
   * @throws ApiException {@link FailureKind#BAD_REQUEST} if the body is not a JSON object
   */
  public JsonNode body() {
    return format.parse(text);
  }

  /** Reads a generation's body text into v4's form. */
  @FunctionalInterface
  public interface BodyFormat {
    JsonNode parse(String text);
  }
}
