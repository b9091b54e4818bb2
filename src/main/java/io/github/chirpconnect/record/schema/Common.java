package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.BYTES;
import static io.github.chirpconnect.record.json.FieldType.DOUBLE;
import static io.github.chirpconnect.record.json.FieldType.FLOAT;
import static io.github.chirpconnect.record.json.FieldType.TEXT;

import io.github.chirpconnect.record.json.FieldType;
import io.github.chirpconnect.record.json.MessageMapping;
import org.apache.kafka.connect.data.Struct;

/** Messages of ChirpStack's package {@code common}, as fields of others. */
public final class Common {
  public static final MessageMapping LOCATION =
      MessageMapping.named("Location")
          .omitsDefaults()
          .field("latitude", DOUBLE)
          .field("longitude", DOUBLE)
          .field("altitude", DOUBLE)
          .field("source", FieldType.enumeration("UNKNOWN"))
          .field("accuracy", FLOAT)
          .nullWhere(Common::isNowhere)
          .optional();

  private static final MessageMapping KEY_ENVELOPE =
      MessageMapping.named("KeyEnvelope")
          .omitsDefaults()
          .field("kek_label", TEXT)
          .field("aes_key", BYTES)
          .optional();

  public static final MessageMapping JOIN_SERVER_CONTEXT =
      MessageMapping.named("JoinServerContext")
          .omitsDefaults()
          .field("session_key_id", TEXT)
          .message("app_s_key", KEY_ENVELOPE)
          .secret()
          .optional();

  private Common() {}

  /**
   * Whether all coordinates are 0 and no source is named: a gateway without a location has such a
   * one.
   */
  private static boolean isNowhere(Struct location) {
    return isZero(location.getFloat64("latitude"))
        && isZero(location.getFloat64("longitude"))
        && isZero(location.getFloat64("altitude"))
        && (location.get("source") == null || location.get("source").equals("UNKNOWN"));
  }

  private static boolean isZero(Double coordinate) {
    return coordinate == null || coordinate == 0;
  }
}
