package io.github.chirpconnect.simulator.v4;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.network.FrameLogs;
import io.github.chirpconnect.simulator.network.Reception;
import io.github.chirpconnect.simulator.network.Transmission;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.server.Version;
import io.github.chirpconnect.simulator.time.Moments;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the frames of v4: a device's log has them decrypted and with all receptions, a gateway's
 * log as they were on the air and with its own reception alone.
 */
final class FrameWriterV4 implements FrameLogs {
  private static final int ACCEPT_LENGTH = 28;
  private static final int FOREIGN_PORT = 2;

  private final LogStore logs;
  private final Chance chance;
  private final String frameType;
  private final Version version;

  FrameWriterV4(LogStore logs, Chance chance, Version version) {
    this.logs = logs;
    this.chance = chance;
    this.version = version;
    this.frameType = version.has("4.13") ? "f_type" : "m_type";
  }

  @Override
  public void joinRequest(
      NetworkDevice device, List<Reception> receptions, Transmission sent, Instant time) {
    ObjectNode payload =
        JsonNodeFactory.instance.objectNode().put("join_eui", device.config.getJoinEui());
    payload.put("dev_eui", device.devEui()).put("dev_nonce", device.devNonce);
    ObjectNode phy = phy("JoinRequest", payload);
    receptions.forEach(
        reception ->
            gateway(reception.gatewayId(), "JoinRequest", time, up(phy, sent, List.of(reception)))
                .sent("", device.devEui()));
    device(device, "JoinRequest", time, up(phy, sent, receptions)).sent("", device.devEui());
  }

  @Override
  public void joinAccept(NetworkDevice device, Transmission sent, Instant time) {
    ObjectNode phy = phy("JoinAccept", null);
    phy.put("payload", chance.hex(ACCEPT_LENGTH));
    down(device, "JoinAccept", phy, sent, time, "");
  }

  @Override
  public void foreignUp(
      Reception reception, String devAddr, int fCnt, int length, Transmission sent, Instant time) {
    String type = "UnconfirmedDataUp";
    ObjectNode phy = phy(type, macPayload(devAddr, fCnt, FOREIGN_PORT, chance.hex(length)));
    gateway(reception.gatewayId(), type, time, up(phy, sent, List.of(reception))).sent(devAddr, "");
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
    ObjectNode onAir =
        phy(type, macPayload(device.devAddr, device.fCntUp, fPort, chance.hex(data.length)));
    for (Reception reception : receptions) {
      gateway(reception.gatewayId(), type, time, up(onAir, sent, List.of(reception)))
          .sent(device.devAddr, "");
    }
    ObjectNode read = onAir.deepCopy();
    ((ObjectNode) read.get("payload")).put("frm_payload", HexFormat.of().formatHex(data));
    device(device, type, time, up(read, sent, receptions)).sent(device.devAddr, device.devEui());
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
    ObjectNode phy = phy(type, macPayload(device.devAddr, fCnt, fPort, chance.hex(length)));
    down(device, type, phy, sent, time, device.devAddr);
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
    ObjectNode phy =
        phy("UnconfirmedDataDown", macPayload(mcAddr, fCnt, fPort, chance.hex(length)));
    gateway(gatewayId, "UnconfirmedDataDown", time, body(phy, sent)).sent(mcAddr, "", gatewayId);
  }

  private void down(
      NetworkDevice device,
      String type,
      ObjectNode phy,
      Transmission sent,
      Instant time,
      String devAddr) {
    String gatewayId = device.heardBy.get(0);
    ObjectNode body = body(phy, sent);
    gateway(gatewayId, type, time, body).sent(devAddr, device.devEui(), gatewayId);
    device(device, type, time, body).sent(devAddr, device.devEui(), gatewayId);
  }

  private ObjectNode phy(String type, ObjectNode payload) {
    ObjectNode phy = JsonNodeFactory.instance.objectNode();
    phy.putObject("mhdr").put(frameType, type).put("major", "LoRaWANR1");
    phy.set("payload", payload);
    ArrayNode mic = phy.putArray("mic");
    for (byte b : chance.bytes(4)) {
      mic.add(b & 0xff);
    }
    return phy;
  }

  private static ObjectNode macPayload(String devAddr, int fCnt, int fPort, String frmPayload) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    ObjectNode fhdr = payload.putObject("fhdr").put("devaddr", devAddr);
    ObjectNode control =
        fhdr.putObject("f_ctrl").put("adr", true).put("adr_ack_req", false).put("ack", false);
    control.put("f_pending", false).put("class_b", false).put("f_opts_len", 0);
    // A frame carries the 16 low bits of the counter.
    fhdr.put("f_cnt", fCnt & 0xffff).putArray("f_opts");
    return payload.put("f_port", fPort).put("frm_payload", frmPayload);
  }

  private static ObjectNode up(ObjectNode phy, Transmission sent, List<Reception> receptions) {
    ObjectNode body = body(phy, sent);
    body.set("rx_info", Reception.inFrame(receptions));
    return body;
  }

  private static ObjectNode body(ObjectNode phy, Transmission sent) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("phy_payload", phy);
    body.set("tx_info", sent.json());
    return body;
  }

  private Entry gateway(String gatewayId, String type, Instant time, ObjectNode body) {
    return new Entry(LogStore.Kind.GATEWAY_FRAMES, gatewayId, type, time, body);
  }

  private Entry device(NetworkDevice device, String type, Instant time, ObjectNode body) {
    return new Entry(LogStore.Kind.DEVICE_FRAMES, device.devEui(), type, time, body);
  }

  private final class Entry {
    private final LogStore.Kind kind;
    private final String eui;
    private final LogItem.Builder item;

    Entry(LogStore.Kind kind, String eui, String type, Instant time, ObjectNode body) {
      LogFieldsV4.trim(body, version);
      this.kind = kind;
      this.eui = eui;
      this.item =
          LogItem.newBuilder()
              .setTime(Moments.timestamp(time))
              .setDescription(type)
              .setBody(body.toString());
    }

    void sent(String devAddr, String devEui) {
      logs.append(kind, eui, item.putAllProperties(properties(devAddr, devEui)));
    }

    void sent(String devAddr, String devEui, String gatewayId) {
      logs.append(
          kind,
          eui,
          item.putAllProperties(properties(devAddr, devEui))
              .putProperties("Gateway ID", gatewayId));
    }

    private static Map<String, String> properties(String devAddr, String devEui) {
      Map<String, String> properties = new LinkedHashMap<>();
      properties.put("DevAddr", devAddr);
      properties.put("DevEUI", devEui);
      return properties;
    }
  }
}
