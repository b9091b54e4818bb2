package io.github.chirpconnect.source.activity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.LogEntry;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The addresses that ChirpStack v4's log entries have in them. */
final class EntryNames {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern EUI = Pattern.compile("[0-9a-f]{16}");
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F]{8}");

  private EntryNames() {}

  /**
   * Whether a frame that a gateway has logged is followed by an entry in a device's logs. A
   * downlink is, by its {@code txack}, when it carries something from the device's queue, not when
   * it only acknowledges or sets the radio; of a join the request is enough.
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
      // A body that cannot be read names nobody; where it is a record, that is told there.
      return 0;
    }
  }

  /** The device that a frame names: a join request does. */
  static Optional<String> devEui(LogEntry frame) {
    return Optional.of(frame.properties().getOrDefault("DevEUI", "").toLowerCase(Locale.ROOT))
        .filter(text -> EUI.matcher(text).matches());
  }

  /** The address that an entry of any log has in it. */
  static OptionalInt devAddr(LogEntry entry) {
    String text = entry.properties().getOrDefault("DevAddr", "");
    if (text.isEmpty() && entry.kind().equals("up")) {
      text = ofUplink(entry.text());
    }
    return ADDRESS.matcher(text).matches()
        ? OptionalInt.of(Integer.parseUnsignedInt(text, 16))
        : OptionalInt.empty();
  }

  /** Reads no further than it has to: an uplink's object may be large. */
  private static String ofUplink(String body) {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return "";
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("devAddr") && value == JsonToken.VALUE_STRING) {
          return parser.getText();
        }
        parser.skipChildren();
      }
      return "";
    } catch (IOException e) {
      // As above.
      return "";
    }
  }
}
