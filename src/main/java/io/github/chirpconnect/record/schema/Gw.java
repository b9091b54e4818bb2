package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.BYTES;
import static io.github.chirpconnect.record.json.FieldType.EMPTY_MESSAGE;
import static io.github.chirpconnect.record.json.FieldType.FLOAT;
import static io.github.chirpconnect.record.json.FieldType.HEX;
import static io.github.chirpconnect.record.json.FieldType.INT32;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.FieldType;
import io.github.chirpconnect.record.json.MessageMapping;

/** Messages of ChirpStack's package {@code gw}: how a frame went over the air. */
public final class Gw {
  private static final FieldType CODE_RATE = FieldType.enumeration("CR_UNDEFINED");

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

  public static final MessageMapping UPLINK_TX_INFO =
      MessageMapping.named("UplinkTxInfo")
          .omitsDefaults()
          .field("frequency", UINT32)
          .message("modulation", MODULATION)
          .optional();

  public static final MessageMapping UPLINK_RX_INFO =
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
          .message("location", Common.LOCATION)
          .field("context", BYTES)
          .field("metadata", FieldType.map("RxMetadata"))
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

  private Gw() {}

  /**
   * @param name the schema's, without the package
   */
  public static MessageMapping downlinkTxInfo(String name) {
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
}
