package io.github.chirpconnect.record.schema.event;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.BYTES;
import static io.github.chirpconnect.record.json.FieldType.HEX;
import static io.github.chirpconnect.record.json.FieldType.JSON;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.schema.Common;
import io.github.chirpconnect.record.schema.Gw;

/** Data that a device sent. */
final class UplinkEvent {
  static final MessageMapping MESSAGE =
      Integration.causedByUplink("UplinkEvent")
          .field("dev_addr", HEX)
          .field("adr", BOOLEAN)
          .field("dr", UINT32)
          .field("f_cnt", UINT32)
          .field("f_port", UINT32)
          .field("confirmed", BOOLEAN)
          .field("data", BYTES)
          .field("object", JSON)
          .list("rx_info", Gw.UPLINK_RX_INFO)
          .message("tx_info", Gw.UPLINK_TX_INFO)
          .message("relay_rx_info", Integration.RELAY_RX_INFO)
          .message("join_server_context", Common.JOIN_SERVER_CONTEXT)
          .absentIsNull()
          .field("region_config_id", TEXT)
          .unknownFields()
          .required();

  private UplinkEvent() {}
}
