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
import java.util.Set;
import org.apache.kafka.connect.data.Schema;

/**
 * A LoRaWAN frame, as it went over the air. A device's and a gateway's say the same, but begin with
 * whose log it comes from.
 */
public final class Frame {
  private static final MessageMapping TX_INFO = Gw.downlinkTxInfo("FrameTxInfo");

  public static final Frame OF_DEVICE = new Frame("DeviceFrame", "dev_eui", "gateway_id");

  /** Also of devices that the server does not know: null is what is in the frame alone. */
  public static final Frame OF_GATEWAY = new Frame("GatewayFrame", "gateway_id", "dev_eui");

  private final String ownerField;
  private final String otherField;
  private final MessageMapping downlink;
  private final MessageMapping uplink;

  private Frame(String name, String ownerField, String otherField) {
    this.ownerField = ownerField;
    this.otherField = otherField;
    this.downlink =
        EntrySchema.named(name, ownerField)
            .namesInSnakeCase()
            .givenTime("time")
            .given("frame_type", Schema.STRING_SCHEMA)
            .given("direction", Schema.STRING_SCHEMA)
            .given("dev_addr", HEX.schema())
            .given(otherField, HEX.schema())
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
    this.uplink = downlink.with("tx_info", TX_INFO.reading(Set.of("frequency", "modulation")));
  }

  public Schema schema() {
    return downlink.schema();
  }

  /** The field for the id of the log's owner, which is never null. */
  public String ownerField() {
    return ownerField;
  }

  /** The device of a gateway's frame, or a device's gateway. */
  public String otherField() {
    return otherField;
  }

  public MessageMapping downlink() {
    return downlink;
  }

  /** An uplink lacks some fields of its transmission; they are null, not 0. */
  public MessageMapping uplink() {
    return uplink;
  }
}
