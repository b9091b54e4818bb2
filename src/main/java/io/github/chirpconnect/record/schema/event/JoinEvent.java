package io.github.chirpconnect.record.schema.event;

import static io.github.chirpconnect.record.json.FieldType.HEX;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.schema.Common;
import io.github.chirpconnect.record.schema.Gw;

/** A device has joined. */
final class JoinEvent {
  static final MessageMapping MESSAGE =
      Integration.causedByUplink("JoinEvent")
          .field("dev_addr", HEX)
          .message("relay_rx_info", Integration.RELAY_RX_INFO)
          .message("join_server_context", Common.JOIN_SERVER_CONTEXT)
          .absentIsNull()
          .field("region_config_id", TEXT)
          .unknownFields()
          .field("dr", UINT32)
          .list("rx_info", Gw.UPLINK_RX_INFO)
          .message("tx_info", Gw.UPLINK_TX_INFO)
          .required();

  private JoinEvent() {}
}
