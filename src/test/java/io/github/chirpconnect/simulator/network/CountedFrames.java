package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.simulator.database.NetworkDevice;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Counts frames for the gateways' statistics, and writes them on. Runs under the lock of the {@link
 * Network}.
 */
final class CountedFrames implements FrameLogs {
  private final FrameLogs frames;
  private final Map<String, GatewayStats.Counter> counters = new HashMap<>();

  CountedFrames(FrameLogs frames) {
    this.frames = frames;
  }

  @Override
  public void joinRequest(
      NetworkDevice device, List<Reception> receptions, Transmission sent, Instant time) {
    received(receptions, sent);
    frames.joinRequest(device, receptions, sent, time);
  }

  @Override
  public void joinAccept(NetworkDevice device, Transmission sent, Instant time) {
    sent(device.heardBy.get(0), sent);
    frames.joinAccept(device, sent, time);
  }

  @Override
  public void foreignUp(
      Reception reception, String devAddr, int fCnt, int length, Transmission sent, Instant time) {
    received(List.of(reception), sent);
    frames.foreignUp(reception, devAddr, fCnt, length, sent, time);
  }

  @Override
  public void dataUp(
      NetworkDevice device,
      int fPort,
      byte[] data,
      boolean confirmed,
      List<Reception> receptions,
      Transmission sent,
      Instant time) {
    received(receptions, sent);
    frames.dataUp(device, fPort, data, confirmed, receptions, sent, time);
  }

  @Override
  public void dataDown(
      NetworkDevice device,
      int fCnt,
      int fPort,
      int length,
      boolean confirmed,
      Transmission sent,
      Instant time) {
    sent(device.heardBy.get(0), sent);
    frames.dataDown(device, fCnt, fPort, length, confirmed, sent, time);
  }

  @Override
  public void groupDown(
      String gatewayId,
      String mcAddr,
      int fCnt,
      int fPort,
      int length,
      Transmission sent,
      Instant time) {
    sent(gatewayId, sent);
    frames.groupDown(gatewayId, mcAddr, fCnt, fPort, length, sent, time);
  }

  private void received(List<Reception> receptions, Transmission frame) {
    receptions.forEach(
        reception -> count(reception.gatewayId(), counter -> counter.received(frame)));
  }

  private void sent(String gatewayId, Transmission frame) {
    count(gatewayId, counter -> counter.sent(frame));
  }

  /** What a gateway counted since this was last asked. */
  GatewayStats.Counter take(String gatewayId) {
    GatewayStats.Counter counter = counters.remove(gatewayId);
    return counter == null ? new GatewayStats.Counter() : counter;
  }

  private void count(String gatewayId, Consumer<GatewayStats.Counter> change) {
    change.accept(counters.computeIfAbsent(gatewayId, id -> new GatewayStats.Counter()));
  }
}
