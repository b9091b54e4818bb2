package io.github.chirpconnect.record;

import static io.github.chirpconnect.record.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.FieldType.BYTES;
import static io.github.chirpconnect.record.FieldType.BYTE_LIST;
import static io.github.chirpconnect.record.FieldType.DOUBLE;
import static io.github.chirpconnect.record.FieldType.EMPTY_MESSAGE;
import static io.github.chirpconnect.record.FieldType.FLOAT;
import static io.github.chirpconnect.record.FieldType.HEX;
import static io.github.chirpconnect.record.FieldType.INT32;
import static io.github.chirpconnect.record.FieldType.JSON;
import static io.github.chirpconnect.record.FieldType.MAP;
import static io.github.chirpconnect.record.FieldType.STRING_OR_NULL;
import static io.github.chirpconnect.record.FieldType.TEXT;
import static io.github.chirpconnect.record.FieldType.TEXTS;
import static io.github.chirpconnect.record.FieldType.UINT32;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * The values' schemas, the same for each generation of server. Names and order of fields are a
 * contract: a field is only ever added, optional and at the end, and {@link #VERSION} then counts
 * on.
 *
 * <p>ChirpStack v4 leaves out scalars that are at their default: those of its packages {@code gw}
 * and {@code common}, and before 4.1 those of its events (package {@code integration}) too. So
 * absent means 0, false, "" or the enum's first name. It means null where no version leaves out the
 * field: one that came after 4.1, or that only v3 tells. What v3 does not tell, its mapping to v4's
 * form says as JSON's null.
 */
public final class Schemas {
  static final String PACKAGE = "io.github.chirpconnect.";

  /** Of all schemas together. */
  public static final int VERSION = 1;

  /** JSON object, by path, of what the server says and the schema has no field for; else null. */
  static final String UNKNOWN_FIELDS = "unknown_fields";

  private static final FieldType CODE_RATE = FieldType.enumeration("CR_UNDEFINED");

  // Package common.

  private static final MessageMapping LOCATION =
      MessageMapping.named("Location")
          .omitsDefaults()
          .field("latitude", DOUBLE)
          .field("longitude", DOUBLE)
          .field("altitude", DOUBLE)
          .field("source", FieldType.enumeration("UNKNOWN"))
          .field("accuracy", FLOAT)
          .nullWhere(Schemas::isNowhere)
          .optional();

  private static final MessageMapping KEY_ENVELOPE =
      MessageMapping.named("KeyEnvelope")
          .omitsDefaults()
          .field("kek_label", TEXT)
          .field("aes_key", BYTES)
          .optional();

  private static final MessageMapping JOIN_SERVER_CONTEXT =
      MessageMapping.named("JoinServerContext")
          .omitsDefaults()
          .field("session_key_id", TEXT)
          .message("app_s_key", KEY_ENVELOPE)
          .optional();

  // Package gw.

  private static final MessageMapping MODULATION =
      MessageMapping.named("Modulation")
          .message(
              "lora",
              MessageMapping.named("LoraModulationInfo")
                  .omitsDefaults()
                  .field("bandwidth", UINT32)
                  .field("spreading_factor", UINT32)
                  .field("code_rate_legacy", TEXT)
                  .field("code_rate", CODE_RATE)
                  .field("polarization_inversion", BOOLEAN)
                  .field("preamble", UINT32)
                  .field("no_crc", BOOLEAN)
                  .optional())
          .message(
              "fsk",
              MessageMapping.named("FskModulationInfo")
                  .omitsDefaults()
                  .field("frequency_deviation", UINT32)
                  .field("datarate", UINT32)
                  .optional())
          .message(
              "lr_fhss",
              MessageMapping.named("LrFhssModulationInfo")
                  .omitsDefaults()
                  .field("operating_channel_width", UINT32)
                  .field("code_rate_legacy", TEXT)
                  .field("code_rate", CODE_RATE)
                  .field("grid_steps", UINT32)
                  .optional())
          .optional();

  private static final MessageMapping TIMING =
      MessageMapping.named("Timing")
          .omitsDefaults()
          .field("immediately", EMPTY_MESSAGE)
          .message(
              "delay",
              MessageMapping.named("DelayTimingInfo").omitsDefaults().duration("delay").optional())
          .message(
              "gps_epoch",
              MessageMapping.named("GPSEpochTimingInfo")
                  .omitsDefaults()
                  .duration("time_since_gps_epoch")
                  .optional())
          .optional();

  private static final MessageMapping UPLINK_TX_INFO =
      MessageMapping.named("UplinkTxInfo")
          .omitsDefaults()
          .field("frequency", UINT32)
          .message("modulation", MODULATION)
          .optional();

  private static final MessageMapping DOWNLINK_TX_INFO = downlinkTxInfo("DownlinkTxInfo");

  private static final MessageMapping UPLINK_RX_INFO =
      MessageMapping.named("UplinkRxInfo")
          .omitsDefaults()
          .field("gateway_id", HEX)
          .field("uplink_id", UINT32)
          // Its name before ChirpStack 4.6.
          .time("gw_time", "time")
          .time("ns_time")
          .duration("time_since_gps_epoch")
          .duration("fine_time_since_gps_epoch")
          .field("rssi", INT32)
          .field("snr", FLOAT)
          .field("channel", UINT32)
          .field("rf_chain", UINT32)
          .field("board", UINT32)
          .field("antenna", UINT32)
          .message("location", LOCATION)
          .field("context", BYTES)
          .field("metadata", FieldType.LOOSE_MAP)
          .field("crc_status", FieldType.enumeration("NO_CRC"))
          .absentIsNull()
          .field("uplink_uuid", TEXT)
          .field("fine_timestamp_type", TEXT)
          .time("fine_timestamp")
          .message(
              "encrypted_fine_timestamp",
              MessageMapping.named("EncryptedFineTimestamp")
                  .omitsDefaults()
                  .field("aes_key_index", UINT32)
                  .field("encrypted_ns", BYTES)
                  .field("fpga_id", BYTES)
                  .optional())
          .required();

  // Package integration.

  private static final MessageMapping DEVICE_INFO =
      MessageMapping.named("DeviceInfo")
          .omitsDefaults()
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .field("application_id", TEXT)
          .field("application_name", TEXT)
          .field("device_profile_id", TEXT)
          .field("device_profile_name", TEXT)
          .field("device_name", TEXT)
          .field("dev_eui", HEX)
          .absentIsNull()
          .field("device_class_enabled", TEXT)
          .field("tags", MAP)
          .optional();

  private static final MessageMapping RELAY_RX_INFO =
      MessageMapping.named("UplinkRelayRxInfo")
          .omitsDefaults()
          .field("dev_eui", HEX)
          .field("frequency", UINT32)
          .field("dr", UINT32)
          .field("snr", INT32)
          .field("rssi", INT32)
          .field("wor_channel", UINT32)
          .optional();

  private static final MessageMapping UP =
      causedByUplink("UplinkEvent")
          .field("dev_addr", HEX)
          .field("adr", BOOLEAN)
          .field("dr", UINT32)
          .field("f_cnt", UINT32)
          .field("f_port", UINT32)
          .field("confirmed", BOOLEAN)
          .field("data", BYTES)
          .field("object", JSON)
          .list("rx_info", UPLINK_RX_INFO)
          .message("tx_info", UPLINK_TX_INFO)
          .message("relay_rx_info", RELAY_RX_INFO)
          .message("join_server_context", JOIN_SERVER_CONTEXT)
          .absentIsNull()
          .field("region_config_id", TEXT)
          .given(UNKNOWN_FIELDS, Schema.OPTIONAL_STRING_SCHEMA)
          .required();

  private static final MessageMapping JOIN =
      causedByUplink("JoinEvent")
          .field("dev_addr", HEX)
          .message("relay_rx_info", RELAY_RX_INFO)
          .message("join_server_context", JOIN_SERVER_CONTEXT)
          .absentIsNull()
          .field("region_config_id", TEXT)
          .given(UNKNOWN_FIELDS, Schema.OPTIONAL_STRING_SCHEMA)
          .field("dr", UINT32)
          .list("rx_info", UPLINK_RX_INFO)
          .message("tx_info", UPLINK_TX_INFO)
          .required();

  private static final MessageMapping ACK =
      causedByUplink("AckEvent")
          .field("queue_item_id", TEXT)
          .field("acknowledged", BOOLEAN)
          .field("f_cnt_down", UINT32)
          .given(UNKNOWN_FIELDS, Schema.OPTIONAL_STRING_SCHEMA)
          .required();

  private static final MessageMapping TXACK =
      MessageMapping.named("TxAckEvent")
          .omitsDefaults()
          .field("downlink_id", UINT32)
          .time("time")
          .message("device_info", DEVICE_INFO)
          .field("queue_item_id", TEXT)
          .field("f_cnt_down", UINT32)
          .field("gateway_id", HEX)
          .message("tx_info", DOWNLINK_TX_INFO)
          .given(UNKNOWN_FIELDS, Schema.OPTIONAL_STRING_SCHEMA)
          .required();

  private static final MessageMapping STATUS =
      causedByUplink("StatusEvent")
          .field("margin", INT32)
          .field("external_power_source", BOOLEAN)
          .field("battery_level_unavailable", BOOLEAN)
          .field("battery_level", FLOAT)
          .given(UNKNOWN_FIELDS, Schema.OPTIONAL_STRING_SCHEMA)
          .required();

  private static final MessageMapping LOG =
      MessageMapping.named("LogEvent")
          .omitsDefaults()
          .time("time")
          .message("device_info", DEVICE_INFO)
          .field("level", FieldType.enumeration("INFO"))
          .field("code", FieldType.enumeration("UNKNOWN"))
          .field("description", TEXT)
          .field("context", MAP)
          .given(UNKNOWN_FIELDS, Schema.OPTIONAL_STRING_SCHEMA)
          .absentIsNull()
          .field("f_cnt", UINT32)
          .required();

  private static final MessageMapping LOCATION_EVENT =
      causedByUplink("LocationEvent")
          .message("location", LOCATION)
          .given(UNKNOWN_FIELDS, Schema.OPTIONAL_STRING_SCHEMA)
          .absentIsNull()
          .field("f_cnt", UINT32)
          .field("uplink_uuids", TEXTS)
          .required();

  /** The kinds of event that have a schema of their own. */
  static final Map<String, MessageMapping> EVENTS =
      Map.of(
          "up", UP,
          "join", JOIN,
          "ack", ACK,
          "txack", TXACK,
          "status", STATUS,
          "log", LOG,
          "location", LOCATION_EVENT);

  // Frames.

  private static final MessageMapping FRAME_TX_INFO = downlinkTxInfo("FrameTxInfo");

  static final MessageMapping DOWNLINK_FRAME = frame();

  /** An uplink says less about its transmission; what it can't say is null, not 0. */
  static final MessageMapping UPLINK_FRAME =
      DOWNLINK_FRAME.with("tx_info", FRAME_TX_INFO.reading("frequency", "modulation"));

  // What has no protobuf message.

  public static final Schema KEY = Schema.STRING_SCHEMA;

  public static final Schema DEVICE_STATUS =
      SchemaBuilder.struct()
          .name(PACKAGE + "DeviceStatus")
          .version(VERSION)
          .field("margin", Schema.OPTIONAL_INT32_SCHEMA)
          .field("external_power_source", Schema.OPTIONAL_BOOLEAN_SCHEMA)
          .field("battery_level", Schema.OPTIONAL_FLOAT32_SCHEMA)
          .optional()
          .build();

  public static final Schema DEVICE = device();

  /**
   * An entry of a kind without a schema of its own, whose body does not fit it, or whose record
   * would be too large: that one's {@code size}.
   */
  public static final Schema OTHER =
      Times.define(
              SchemaBuilder.struct()
                  .name(PACKAGE + "OtherEntry")
                  .version(VERSION)
                  .field("dev_eui", Schema.STRING_SCHEMA)
                  .field("kind", Schema.STRING_SCHEMA),
              "time")
          .field("body", Schema.STRING_SCHEMA)
          .field("properties", MAP.schema())
          .field("error", Schema.OPTIONAL_STRING_SCHEMA)
          .field("id", Schema.OPTIONAL_STRING_SCHEMA)
          .field("size", Schema.OPTIONAL_INT64_SCHEMA)
          .build();

  public static final Schema FRAME = DOWNLINK_FRAME.schema();

  private Schemas() {}

  /**
   * The schema of a kind of event.
   *
   * @param kind {@code up}, {@code join}, {@code ack}, {@code txack}, {@code status}, {@code log},
   *     {@code location}, or any other, which gets {@link #OTHER}
   */
  public static Schema event(String kind) {
    MessageMapping message = EVENTS.get(kind);
    return message == null ? OTHER : message.schema();
  }

  /** A gateway without a place has one at 0, 0, in the Gulf of Guinea. */
  private static boolean isNowhere(Struct location) {
    return isZero(location.getFloat64("latitude"))
        && isZero(location.getFloat64("longitude"))
        && isZero(location.getFloat64("altitude"))
        && (location.get("source") == null || location.get("source").equals("UNKNOWN"));
  }

  private static boolean isZero(Double coordinate) {
    return coordinate == null || coordinate == 0;
  }

  private static MessageMapping.Builder causedByUplink(String name) {
    return MessageMapping.named(name)
        .omitsDefaults()
        .field("deduplication_id", TEXT)
        .time("time")
        .message("device_info", DEVICE_INFO);
  }

  private static MessageMapping downlinkTxInfo(String name) {
    return MessageMapping.named(name)
        .omitsDefaults()
        .field("frequency", UINT32)
        .field("power", INT32)
        .message("modulation", MODULATION)
        .field("board", UINT32)
        .field("antenna", UINT32)
        .message("timing", TIMING)
        .field("context", BYTES)
        .optional();
  }

  private static MessageMapping frame() {
    return MessageMapping.named("DeviceFrame")
        .namesInSnakeCase()
        .given("dev_eui", Schema.STRING_SCHEMA)
        .givenTime("time")
        .given("frame_type", Schema.STRING_SCHEMA)
        .given("direction", Schema.STRING_SCHEMA)
        .given("dev_addr", HEX.schema())
        .given("gateway_id", HEX.schema())
        .given("f_type", TEXT.schema())
        .given("major", TEXT.schema())
        .given("mic", BYTE_LIST.schema())
        .given("adr", BOOLEAN.schema())
        .given("adr_ack_req", BOOLEAN.schema())
        .given("ack", BOOLEAN.schema())
        .given("f_pending", BOOLEAN.schema())
        .given("class_b", BOOLEAN.schema())
        .given("f_cnt", UINT32.schema())
        .given("f_opts", JSON.schema())
        .given("f_port", UINT32.schema())
        .given("frm_payload", STRING_OR_NULL.schema())
        .given("join_eui", HEX.schema())
        .given("dev_nonce", UINT32.schema())
        .field("phy_payload", JSON)
        .message("tx_info", FRAME_TX_INFO)
        .list("rx_info", UPLINK_RX_INFO)
        .given(UNKNOWN_FIELDS, Schema.OPTIONAL_STRING_SCHEMA)
        .required();
  }

  private static Schema device() {
    SchemaBuilder schema =
        SchemaBuilder.struct()
            .name(PACKAGE + "Device")
            .version(VERSION)
            .field("dev_eui", Schema.STRING_SCHEMA)
            .field("name", Schema.OPTIONAL_STRING_SCHEMA)
            .field("description", Schema.OPTIONAL_STRING_SCHEMA)
            .field("tenant_id", Schema.OPTIONAL_STRING_SCHEMA)
            .field("tenant_name", Schema.OPTIONAL_STRING_SCHEMA)
            .field("application_id", Schema.STRING_SCHEMA)
            .field("application_name", Schema.OPTIONAL_STRING_SCHEMA)
            .field("device_profile_id", Schema.OPTIONAL_STRING_SCHEMA)
            .field("device_profile_name", Schema.OPTIONAL_STRING_SCHEMA);
    Times.define(schema, "created_at");
    Times.define(schema, "updated_at");
    Times.define(schema, "last_seen_at");
    return schema.field("device_status", DEVICE_STATUS).field("tags", MAP.schema()).build();
  }
}
