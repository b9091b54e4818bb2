package io.github.chirpconnect.source.activity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.LogEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads device addresses and EUIs from log entries of ChirpStack v4. */
final class EntryNames {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern EUI = Pattern.compile("[0-9a-f]{16}");
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F]{8}");

  private EntryNames() {}

  /**
   * Whether an entry in a device's logs follows this frame of a gateway. For a downlink it does, a
   * {@code txack}, if the frame carries an item of the device's queue, not if it only acknowledges
   * or configures. For a join the request is enough.
   */
  static boolean isOfInterest(LogEntry frame) {
    return switch (frame.kind()) {
      case "JoinRequest", "UnconfirmedDataUp", "ConfirmedDataUp" -> true;
      case "UnconfirmedDataDown", "ConfirmedDataDown" -> port(frame) > 0;
      default -> false;
    };
  }

  private static int port(LogEntry frame) {
    try {
      JsonNode body = frame.body();
      return body.path("phy_payload").path("payload").path("f_port").asInt();
    } catch (ApiException e) {
      // An unreadable body names no device; where it becomes a record, that is reported there.
      return 0;
    }
  }

  /** The device that a frame names; only a join request does. */
  static Optional<String> devEui(LogEntry frame) {
    return Optional.of(frame.properties().getOrDefault("DevEUI", "").toLowerCase(Locale.ROOT))
        .filter(text -> EUI.matcher(text).matches());
  }

  /** The address in an entry of any log. */
  static OptionalInt devAddr(LogEntry entry) {
    String text = entry.properties().getOrDefault("DevAddr", "");
    if (text.isEmpty() && entry.kind().equals("up")) {
      text = ofUplink(entry.text());
    }
    return ADDRESS.matcher(text).matches()
        ? OptionalInt.of(Integer.parseUnsignedInt(text, 16))
        : OptionalInt.empty();
  }

  /** Stops reading early: an uplink's object may be large. */
  private static String ofUplink(String body) {
    try (JsonParser parser = JSON.createParser(body)) {
      return enter(parser, "devAddr") == JsonToken.VALUE_STRING ? parser.getText() : "";
    } catch (IOException e) {
      // As above.
      return "";
    }
  }

  /** The gateways that have heard an uplink, as its event says. */
  static List<String> gateways(LogEntry up) {
    List<String> gateways = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(up.text())) {
      if (enter(parser, "rxInfo") == JsonToken.START_ARRAY) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          gateways.addAll(ofReception(parser));
        }
      }
    } catch (IOException e) {
      // As above.
      return List.of();
    }
    return gateways;
  }

  /** Reads a reception to its end. */
  private static List<String> ofReception(JsonParser parser) throws IOException {
    List<String> gateways = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() == JsonToken.VALUE_STRING && name.equals("gatewayId")) {
        gateways.add(parser.getText());
      }
      parser.skipChildren();
    }
    return gateways;
  }

  /** Moves to the value of a field of the body; returns its first token, or null for none. */
  private static JsonToken enter(JsonParser parser, String field) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return null;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals(field)) {
        return value;
      }
      parser.skipChildren();
    }
    return null;
  }
}
