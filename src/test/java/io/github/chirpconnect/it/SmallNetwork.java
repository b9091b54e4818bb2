package io.github.chirpconnect.it;

import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.LabCodec;
import io.github.chirpconnect.simulator.Network;
import io.github.chirpconnect.simulator.Simulator;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A tenant with two gateways and one application, in a simulator that was empty. */
final class SmallNetwork {
  private static final long FIRST_EUI = 0x0a0b_0c0d_0000_0001L;

  private final Network network;
  private final String applicationId;
  private final String profileId;
  private final List<String> devEuis = new ArrayList<>();

  SmallNetwork(Simulator empty, int devices) {
    network = empty.network();
    String tenantId = network.addTenant("waterworks", Map.of());
    for (String gatewayId : List.of("00ef76829d300001", "00ef76829d300002")) {
      network.addGateway(tenantId, gatewayId, gatewayId, Location.getDefaultInstance());
    }
    profileId = network.addDeviceProfile(tenantId, "meter", false, Map.of(), new LabCodec());
    applicationId = network.addApplication(tenantId, "meters", Map.of());
    for (int i = 0; i < devices; i++) {
      addDevice();
    }
  }

  /** Another device; returns its EUI. */
  String addDevice() {
    String devEui = HexFormat.of().toHexDigits(FIRST_EUI + devEuis.size());
    network.addDevice(devEui, applicationId, profileId, "meter-" + devEuis.size());
    devEuis.add(devEui);
    return devEui;
  }

  String applicationId() {
    return applicationId;
  }

  List<String> devEuis() {
    return List.copyOf(devEuis);
  }

  /** So many uplinks of each device; the first of a device comes with a join. */
  void uplinks(int count) {
    for (int i = 0; i < count; i++) {
      for (String devEui : devEuis) {
        network.uplink(devEui, 10, LabCodec.payload(20 + i, 40));
      }
    }
  }
}
