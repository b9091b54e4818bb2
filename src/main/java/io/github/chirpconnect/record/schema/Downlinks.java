package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.INT32;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.MessageMapping;
import org.apache.kafka.connect.data.Schema;

/**
 * A state of a downlink: one that the server's events tell, or the sink's outcome of a command.
 * Both have the same schema, so that one topic can hold what became of each command.
 */
public final class Downlinks {
  /** Which downlink it is: the queue item's id, or else its target and frame counter. */
  public static final String DOWNLINK = "downlink";

  /** Why entries are missing before the event; null of outcomes. */
  public static final String GAP = "gap";

  /** How sure it is that the record is about this downlink; null where the event names none. */
  public static final String CERTAINTY = "certainty";

  /** The server or the sink itself names the downlink. */
  public static final String CERTAIN = "certain";

  /** The record names a frame counter, which another item may have had before. */
  public static final String LIKELY = "likely";

  public static final Schema SCHEMA =
      MessageMapping.named("Downlink")
          .given("id", Schema.STRING_SCHEMA)
          .given(DOWNLINK, Schema.STRING_SCHEMA)
          .given("state", Schema.STRING_SCHEMA)
          .given("dev_eui", TEXT.schema())
          .given("multicast_group_id", TEXT.schema())
          .given(GAP, TEXT.schema())
          .givenTime("time")
          .given("queue_item_id", TEXT.schema())
          .given("f_cnt_down", UINT32.schema())
          .given(CERTAINTY, TEXT.schema())
          .given("gateway_id", TEXT.schema())
          .given("code", TEXT.schema())
          .given("reason", TEXT.schema())
          .given("command_id", TEXT.schema())
          .given("command_topic", TEXT.schema())
          .given("command_partition", INT32.schema())
          .given("command_offset", Schema.OPTIONAL_INT64_SCHEMA)
          .given("command_timestamp", Schema.OPTIONAL_INT64_SCHEMA)
          .given("command_key", TEXT.schema())
          .given("tenant_id", TEXT.schema())
          .given("tenant_name", TEXT.schema())
          .given("application_id", TEXT.schema())
          .given("application_name", TEXT.schema())
          .given("device_profile_id", TEXT.schema())
          .given("device_profile_name", TEXT.schema())
          .given("device_name", TEXT.schema())
          .required()
          .schema();

  private Downlinks() {}

  /**
   * Names a downlink that has no id: one of ChirpStack v3, or of a multicast group. The server may
   * use a frame counter again, after a flush or a join.
   *
   * @param target the device's EUI, or the multicast group's id
   */
  public static String named(String target, long fCntDown) {
    return target + ":" + fCntDown;
  }
}
