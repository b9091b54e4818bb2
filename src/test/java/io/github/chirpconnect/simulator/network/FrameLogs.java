package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.simulator.database.NetworkDevice;
import java.time.Instant;
import java.util.List;

/** Writes frames into the logs of devices and gateways, in the form of one generation. */
public interface FrameLogs {
  void joinRequest(
      NetworkDevice device, List<Reception> receptions, Transmission sent, Instant time);

  void joinAccept(NetworkDevice device, Transmission sent, Instant time);

  /** An uplink of another network, which only the gateway's log shows. */
  void foreignUp(
      Reception reception, String devAddr, int fCnt, int length, Transmission sent, Instant time);

  void dataUp(
      NetworkDevice device,
      int fPort,
      byte[] data,
      boolean confirmed,
      List<Reception> receptions,
      Transmission sent,
      Instant time);

  /** A device's downlink, whose payload stays encrypted in either log. */
  void dataDown(
      NetworkDevice device,
      int fCnt,
      int fPort,
      int length,
      boolean confirmed,
      Transmission sent,
      Instant time);

  /** A group's downlink, which only gateways' logs show. */
  void groupDown(
      String gatewayId,
      String mcAddr,
      int fCnt,
      int fPort,
      int length,
      Transmission sent,
      Instant time);
}
