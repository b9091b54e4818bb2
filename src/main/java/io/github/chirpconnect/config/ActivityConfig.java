package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * What tells which devices have spoken, where there are more devices than streams.
 *
 * @param gatewayStreams gateways whose frames are followed for that at once, by the whole connector
 */
public record ActivityConfig(int gatewayStreams) {
  public static final String GATEWAY_STREAMS_MAX = "activity.gateway.streams.max";

  private static final String GROUP = "Source";

  /** With {@code gateway.streams.max}. */
  private static final int ORDER = 5;

  static ConfigDef define(ConfigDef def) {
    return def.define(
        GATEWAY_STREAMS_MAX,
        Type.INT,
        200,
        between(0, 1_000_000),
        LOW,
        "ChirpStack v4 over gRPC, with more devices than device.streams.max: of how many gateways the frames are followed, by the whole connector, to "
            + "know which devices have just sent something and to open their streams at once. Each costs the server one look into Redis a second, beside "
            + "device.streams.max. Every task hears its own devices through all gateways, so the number is divided among the tasks, and one task hears more of "
            + "a network than several. It needs an API key that may read gateways: an admin's, or a tenant's with chirpstack.tenant.ids. With 0, "
            + "and where the key may not, devices that have spoken are found by last_seen_at in the inventory, and by visits.",
        GROUP,
        ORDER,
        ConfigDef.Width.SHORT,
        "Gateways as a signal");
  }

  static ActivityConfig of(AbstractConfig config) {
    return new ActivityConfig(config.getInt(GATEWAY_STREAMS_MAX));
  }
}
