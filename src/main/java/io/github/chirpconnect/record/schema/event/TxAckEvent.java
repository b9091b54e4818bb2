package io.github.chirpconnect.record.schema.event;

import static io.github.chirpconnect.record.json.FieldType.HEX;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.schema.Gw;

/** A gateway has taken a downlink to send it. */
final class TxAckEvent {
  static final MessageMapping MESSAGE =
      Integration.event("TxAckEvent")
          .omitsDefaults()
          .field("downlink_id", UINT32)
          .time("time")
          .message("device_info", Integration.DEVICE_INFO)
          .field("queue_item_id", TEXT)
          .field("f_cnt_down", UINT32)
          .field("gateway_id", HEX)
          .message("tx_info", Gw.downlinkTxInfo("DownlinkTxInfo"))
          .unknownFields()
          .required();

  private TxAckEvent() {}
}
