package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.simulator.database.NetworkDevice;
import java.util.List;

/** Writes metrics of what happens, in the form of one generation. */
public interface Meters {
  /** An uplink that the server took. */
  void uplink(
      NetworkDevice device, int fPort, byte[] data, List<Reception> receptions, Transmission sent);

  /**
   * Trouble with a device.
   *
   * @param code as the server's logs have it
   */
  void error(NetworkDevice device, String code);

  void gateway(String gatewayId, GatewayStats stats);
}
