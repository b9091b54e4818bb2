package io.github.chirpconnect.simulator;

import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import java.util.Map;

/**
 * A device profile.
 *
 * @param tenantId empty for a global one
 * @param codec null without one
 */
record Profile(String tenantId, DeviceProfileListItem row, Map<String, String> tags, Codec codec) {}
