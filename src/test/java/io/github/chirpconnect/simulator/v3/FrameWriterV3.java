package io.github.chirpconnect.simulator.v3;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.proto.v3.DownlinkFrameLog;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsResponse;
import io.github.chirpconnect.proto.v3.UplinkFrameLog;
import io.github.chirpconnect.proto.v3.common.Location;
import io.github.chirpconnect.proto.v3.common.LocationSource;
import io.github.chirpconnect.proto.v3.gw.CRCStatus;
import io.github.chirpconnect.proto.v3.gw.DelayTimingInfo;
import io.github.chirpconnect.proto.v3.gw.DownlinkTXInfo;
import io.github.chirpconnect.proto.v3.gw.DownlinkTiming;
import io.github.chirpconnect.proto.v3.gw.ImmediatelyTimingInfo;
import io.github.chirpconnect.proto.v3.gw.LoRaModulationInfo;
import io.github.chirpconnect.proto.v3.gw.UplinkRXInfo;
import io.github.chirpconnect.proto.v3.gw.UplinkTXInfo;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.network.FrameLogs;
import io.github.chirpconnect.simulator.network.Reception;
import io.github.chirpconnect.simulator.network.Transmission;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.time.Moments;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes the frames of v3: payloads stay encrypted, a device's log has all receptions, a gateway's
 * its own alone. An entry's body is the streamed message as JSON.
 */
public final class FrameWriterV3 implements FrameLogs {
  private static final int FOREIGN_PORT = 2;
  private static final int ACCEPT_LENGTH = 12;

  private final LogStore logs;
  private final Chance chance;

  FrameWriterV3(LogStore logs, Chance chance) {
    this.logs = logs;
    this.chance = chance;
  }

  @Override
  public void joinRequest(
      NetworkDevice device, List<Reception> receptions, Transmission sent, Instant time) {
    ObjectNode payload =
        JsonNodeFactory.instance.objectNode().put("joinEUI", device.config.getJoinEui());
    payload.put("devEUI", device.devEui()).put("devNonce", device.devNonce);
    up(device, "JoinRequest", payload, receptions, sent, time);
  }

  @Override
  public void joinAccept(NetworkDevice device, Transmission sent, Instant time) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    payload.put("bytes", base64(chance.bytes(ACCEPT_LENGTH)));
    down(device, "JoinAccept", payload, sent, time);
  }

  @Override
  public void foreignUp(
      Reception reception, String devAddr, int fCnt, int length, Transmission sent, Instant time) {
    String type = "UnconfirmedDataUp";
    String phy = phy(type, macPayload(devAddr, fCnt, FOREIGN_PORT, length));
    append(
        LogStore.Kind.GATEWAY_FRAMES,
        reception.gatewayId(),
        type,
        uplink(phy, List.of(reception), sent, time),
        time);
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
    String type = confirmed ? "ConfirmedDataUp" : "UnconfirmedDataUp";
    ObjectNode payload = macPayload(device.devAddr, device.fCntUp, fPort, data.length);
    up(device, type, payload, receptions, sent, time);
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
    String type = confirmed ? "ConfirmedDataDown" : "UnconfirmedDataDown";
    down(device, type, macPayload(device.devAddr, fCnt, fPort, length), sent, time);
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
    String phy = phy("UnconfirmedDataDown", macPayload(mcAddr, fCnt, fPort, length));
    append(
        LogStore.Kind.GATEWAY_FRAMES,
        gatewayId,
        "UnconfirmedDataDown",
        downlink(gatewayId, phy, sent, time),
        time);
  }

  private void up(
      NetworkDevice device,
      String type,
      ObjectNode payload,
      List<Reception> receptions,
      Transmission sent,
      Instant time) {
    String phy = phy(type, payload);
    for (Reception reception : receptions) {
      append(
          LogStore.Kind.GATEWAY_FRAMES,
          reception.gatewayId(),
          type,
          uplink(phy, List.of(reception), sent, time),
          time);
    }
    append(
        LogStore.Kind.DEVICE_FRAMES,
        device.devEui(),
        type,
        uplink(phy, receptions, sent, time),
        time);
  }

  private void down(
      NetworkDevice device, String type, ObjectNode payload, Transmission sent, Instant time) {
    String gatewayId = device.heardBy.get(0);
    StreamDeviceFrameLogsResponse frame = downlink(gatewayId, phy(type, payload), sent, time);
    append(LogStore.Kind.GATEWAY_FRAMES, gatewayId, type, frame, time);
    append(LogStore.Kind.DEVICE_FRAMES, device.devEui(), type, frame, time);
  }

  private String phy(String type, ObjectNode payload) {
    ObjectNode phy = JsonNodeFactory.instance.objectNode();
    phy.putObject("mhdr").put("mType", type).put("major", "LoRaWANR1");
    phy.set("macPayload", payload);
    return phy.put("mic", chance.hex(4)).toString();
  }

  private ObjectNode macPayload(String devAddr, int fCnt, int fPort, int length) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    ObjectNode fhdr = payload.putObject("fhdr").put("devAddr", devAddr);
    fhdr.putObject("fCtrl")
        .put("adr", true)
        .put("adrAckReq", false)
        .put("ack", false)
        .put("fPending", false)
        .put("classB", false);
    // A frame carries the 16 low bits of the counter.
    fhdr.put("fCnt", fCnt & 0xffff).putNull("fOpts");
    payload
        .put("fPort", fPort)
        .putArray("frmPayload")
        .addObject()
        .put("bytes", base64(chance.bytes(length)));
    return payload;
  }

  private static StreamDeviceFrameLogsResponse uplink(
      String phy, List<Reception> receptions, Transmission sent, Instant time) {
    UplinkFrameLog.Builder frame =
        UplinkFrameLog.newBuilder()
            .setTxInfo(
                UplinkTXInfo.newBuilder()
                    .setFrequency(sent.hertz())
                    .setLoraModulationInfo(lora(sent)))
            .setPhyPayloadJson(phy)
            .setPublishedAt(Moments.timestamp(time));
    receptions.stream().map(FrameWriterV3::rxInfo).forEach(frame::addRxInfo);
    return StreamDeviceFrameLogsResponse.newBuilder().setUplinkFrame(frame).build();
  }

  private static StreamDeviceFrameLogsResponse downlink(
      String gatewayId, String phy, Transmission sent, Instant time) {
    DownlinkTXInfo.Builder txInfo =
        DownlinkTXInfo.newBuilder()
            .setFrequency(sent.hertz())
            .setPower(Transmission.POWER)
            .setLoraModulationInfo(lora(sent))
            .setContext(ByteString.copyFrom(Base64.getDecoder().decode(Reception.context())));
    if (sent.isImmediate()) {
      txInfo
          .setTiming(DownlinkTiming.IMMEDIATELY)
          .setImmediatelyTimingInfo(ImmediatelyTimingInfo.getDefaultInstance());
    } else {
      Duration delay = Duration.newBuilder().setSeconds(sent.delaySeconds()).build();
      txInfo
          .setTiming(DownlinkTiming.DELAY)
          .setDelayTimingInfo(DelayTimingInfo.newBuilder().setDelay(delay));
    }
    return StreamDeviceFrameLogsResponse.newBuilder()
        .setDownlinkFrame(
            DownlinkFrameLog.newBuilder()
                .setTxInfo(txInfo)
                .setPhyPayloadJson(phy)
                .setGatewayId(gatewayId)
                .setPublishedAt(Moments.timestamp(time)))
        .build();
  }

  private static UplinkRXInfo rxInfo(Reception reception) {
    return UplinkRXInfo.newBuilder()
        .setGatewayId(ByteString.copyFrom(HexFormat.of().parseHex(reception.gatewayId())))
        .setRssi(reception.rssi())
        .setLoraSnr(Math.round(reception.snr() * 10) / 10.0)
        .setChannel(reception.channel())
        .setRfChain(reception.rfChain())
        .setLocation(location(reception.location()))
        .setContext(ByteString.copyFrom(Base64.getDecoder().decode(Reception.context())))
        .setUplinkId(ByteString.copyFrom(reception.uplinkUuid()))
        .setCrcStatus(CRCStatus.CRC_OK)
        .build();
  }

  /** A place as v3 has it on the wire. */
  static Location location(io.github.chirpconnect.proto.v4.common.Location location) {
    return Location.newBuilder()
        .setLatitude(location.getLatitude())
        .setLongitude(location.getLongitude())
        .setAltitude(location.getAltitude())
        .setSource(LocationSource.valueOf(location.getSource().name()))
        .setAccuracy(Math.round(location.getAccuracy()))
        .build();
  }

  private static LoRaModulationInfo lora(Transmission sent) {
    return LoRaModulationInfo.newBuilder()
        .setBandwidth(Transmission.BANDWIDTH_KHZ)
        .setSpreadingFactor(sent.spreadingFactor())
        .setCodeRate("4/5")
        .setPolarizationInversion(sent.down())
        .build();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private void append(
      LogStore.Kind kind,
      String eui,
      String type,
      StreamDeviceFrameLogsResponse frame,
      Instant time) {
    logs.append(kind, eui, entry(type, frame).setTime(Moments.timestamp(time)));
  }

  /** A log's entry without its id and time. */
  public static LogItem.Builder entry(String type, StreamDeviceFrameLogsResponse frame) {
    try {
      String body = JsonFormat.printer().omittingInsignificantWhitespace().print(frame);
      return LogItem.newBuilder().setDescription(type).setBody(body);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a frame could not be written", e);
    }
  }
}
