package io.github.chirpconnect.simulator.database;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.proto.v4.Device;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceStatus;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.github.chirpconnect.proto.v4.common.Location;
import java.util.ArrayList;
import java.util.List;

/**
 * A device's row and its session. Guarded by the lock of the {@link Inventory} that it belongs to.
 */
public final class NetworkDevice {
  public Device config;
  public final Timestamp createdAt;
  public Timestamp updatedAt;

  /** Null while never heard. */
  public Timestamp lastSeenAt;

  /** Null while never reported. */
  public DeviceStatus status;

  public DeviceClass deviceClass = DeviceClass.CLASS_A;

  /** Where it last said it was; null while it has not. */
  public Location location;

  /** Null while not joined. */
  public String devAddr;

  /**
   * v3: the application server learns a new session with its first uplink; until then it encrypts
   * for the session before, or for none.
   */
  public boolean knownToApplicationServer;

  /** v3: whether the application server has ever known a session. */
  public boolean wasKnownBefore;

  public int devNonce;
  public int fCntUp;
  public int fCntDown;
  public int dataRate = 5;

  /** Whether the device answers confirmed downlinks. */
  public boolean acknowledges = true;

  /** Who heard the last uplink, the best first: downlinks go out by the first. */
  public List<String> heardBy = List.of();

  /** In the order to be sent. */
  public final List<DeviceQueueItem> queue = new ArrayList<>();

  public NetworkDevice(Device config, Timestamp createdAt) {
    this.config = config;
    this.createdAt = createdAt;
    this.updatedAt = createdAt;
  }

  public String devEui() {
    return config.getDevEui();
  }

  /** Can a downlink be sent to it at all? */
  public boolean isReachable() {
    return devAddr != null && !config.getIsDisabled() && !heardBy.isEmpty();
  }
}
