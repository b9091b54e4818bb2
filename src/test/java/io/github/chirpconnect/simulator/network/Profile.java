package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.simulator.codec.Codec;
import java.util.Map;

/**
 * A device profile.
 *
 * @param tenantId empty for a global one
 * @param codec null without one
 */
public record Profile(
    String tenantId, DeviceProfileListItem row, Map<String, String> tags, Codec codec) {}
