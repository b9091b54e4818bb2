package io.github.chirpconnect.record.schema.event;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.BYTE_LIST;
import static io.github.chirpconnect.record.json.FieldType.HEX;
import static io.github.chirpconnect.record.json.FieldType.JSON;
import static io.github.chirpconnect.record.json.FieldType.STRING_OR_NULL;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.schema.Gw;
import org.apache.kafka.connect.data.Schema;

/** A LoRaWAN frame of a device, as it went over the air. */
public final class DeviceFrame {
  private static final MessageMapping TX_INFO = Gw.downlinkTxInfo("FrameTxInfo");

  public static final MessageMapping DOWNLINK =
      MessageMapping.named("DeviceFrame")
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
          .message("tx_info", TX_INFO)
          .list("rx_info", Gw.UPLINK_RX_INFO)
          .unknownFields()
          .required();

  /** An uplink says less about its transmission; what it can't say is null, not 0. */
  public static final MessageMapping UPLINK =
      DOWNLINK.with("tx_info", TX_INFO.reading("frequency", "modulation"));

  public static final Schema SCHEMA = DOWNLINK.schema();

  private DeviceFrame() {}
}
