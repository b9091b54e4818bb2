package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import java.util.List;
import java.util.Map;

/** Writes what happens to devices into their event logs, in the form of one generation. */
public interface DeviceEvents {
  void join(NetworkDevice device, String deduplicationId);

  /**
   * @param receptions who heard it
   */
  void up(
      NetworkDevice device,
      String deduplicationId,
      int fPort,
      byte[] data,
      boolean confirmed,
      List<Reception> receptions,
      Transmission sent);

  void ack(
      NetworkDevice device, String deduplicationId, DeviceQueueItem item, boolean acknowledged);

  void txAck(NetworkDevice device, long downlinkId, DeviceQueueItem item, Transmission sent);

  /**
   * @param batteryLevel percent; negative: unknown
   */
  void status(
      NetworkDevice device,
      String deduplicationId,
      int margin,
      boolean externalPower,
      float batteryLevel);

  /** Trouble: a {@code log} event of v4, an {@code error} event of v3. */
  void log(
      NetworkDevice device,
      String level,
      String code,
      String description,
      Map<String, String> context);

  void location(NetworkDevice device, String deduplicationId, Location location);
}
