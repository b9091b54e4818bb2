package io.github.chirpconnect.simulator;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.proto.v4.Device;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceStatus;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.github.chirpconnect.proto.v4.common.Location;
import java.util.ArrayList;
import java.util.List;

/**
 * A device's row and its session. Guarded by the lock of the {@link Network} that it belongs to.
 */
final class NetworkDevice {
  Device config;
  final Timestamp createdAt;
  Timestamp updatedAt;

  /** Null while never heard. */
  Timestamp lastSeenAt;

  /** Null while never reported. */
  DeviceStatus status;

  DeviceClass deviceClass = DeviceClass.CLASS_A;

  /** Where it last said it was; null while it has not. */
  Location location;

  /** Null while not joined. */
  String devAddr;

  /**
   * v3: the application server learns a new session with its first uplink; until then it encrypts
   * for the session before, or for none.
   */
  boolean knownToApplicationServer;

  /** v3: whether the application server has ever known a session. */
  boolean wasKnownBefore;

  int devNonce;
  int fCntUp;
  int fCntDown;
  int dataRate = 5;

  /** Whether the device answers confirmed downlinks. */
  boolean acknowledges = true;

  /** Who heard the last uplink, the best first: downlinks go out by the first. */
  List<String> heardBy = List.of();

  /** In the order to be sent. */
  final List<DeviceQueueItem> queue = new ArrayList<>();

  NetworkDevice(Device config, Timestamp createdAt) {
    this.config = config;
    this.createdAt = createdAt;
    this.updatedAt = createdAt;
  }

  String devEui() {
    return config.getDevEui();
  }

  /** Can a downlink be sent to it at all? */
  boolean isReachable() {
    return devAddr != null && !config.getIsDisabled() && !heardBy.isEmpty();
  }
}
