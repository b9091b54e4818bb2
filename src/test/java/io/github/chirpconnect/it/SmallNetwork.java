package io.github.chirpconnect.it;

import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.network.Network;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A tenant with two gateways and one application, in a simulator that was empty. */
public final class SmallNetwork {
  private static final long FIRST_EUI = 0x0a0b_0c0d_0000_0001L;

  private final Network network;
  private final String tenantId;
  private final String applicationId;
  private final String profileId;
  private final List<String> devEuis = new ArrayList<>();

  public SmallNetwork(Simulator empty, int devices) {
    network = empty.network();
    tenantId = network.addTenant("waterworks", Map.of());
    for (String gatewayId : List.of("00ef76829d300001", "00ef76829d300002")) {
      network.addGateway(tenantId, gatewayId, gatewayId, Location.getDefaultInstance());
    }
    profileId = network.addDeviceProfile(tenantId, "meter", false, Map.of(), new LabCodec());
    applicationId = network.addApplication(tenantId, "meters", Map.of());
    for (int i = 0; i < devices; i++) {
      addDevice();
    }
  }

  /**
   * Of devices that take commands: v3 refuses them for a device that was never heard. Of class A
   * and silent for an hour, so that what is queued for them stays in the queue.
   */
  public static SmallNetwork heard(Simulator empty, int devices) {
    SmallNetwork network = new SmallNetwork(empty, devices);
    network.hear();
    return network;
  }

  /** Makes all devices such that take commands, as {@link #heard}. */
  public void hear() {
    uplinks(1);
    Instant before = Instant.now().minus(Duration.ofHours(1));
    devEuis.forEach(devEui -> network.lastSeenAt(devEui, before));
  }

  /** Another device; returns its EUI. */
  public String addDevice() {
    return addDevice(HexFormat.of().toHexDigits(FIRST_EUI + devEuis.size()));
  }

  public String addDevice(String devEui) {
    return addDevice(devEui, profileId);
  }

  /** Another device, whose profile has no codec; returns its EUI. */
  public String addDeviceWithoutCodec() {
    String plain = network.addDeviceProfile(tenantId, "plain", false, Map.of(), null);
    return addDevice(HexFormat.of().toHexDigits(FIRST_EUI + devEuis.size()), plain);
  }

  private String addDevice(String devEui, String ofProfile) {
    network.addDevice(devEui, applicationId, ofProfile, "meter-" + devEuis.size());
    devEuis.add(devEui);
    return devEui;
  }

  /** Another device, of another application; returns its EUI. */
  public String addDeviceOf(String otherApplicationId) {
    String devEui = HexFormat.of().toHexDigits(FIRST_EUI + devEuis.size());
    network.addDevice(devEui, otherApplicationId, profileId, "meter-" + devEuis.size());
    devEuis.add(devEui);
    return devEui;
  }

  /** A multicast group; returns its id. */
  public String addGroup(String name, List<String> members) {
    return network.addMulticastGroup(applicationId, name, members);
  }

  /** A device that was deleted is there again. */
  public void addAgain(String devEui) {
    network.addDevice(devEui, applicationId, profileId, "meter-" + devEuis.indexOf(devEui));
  }

  public String tenantId() {
    return tenantId;
  }

  public String applicationId() {
    return applicationId;
  }

  public String profileId() {
    return profileId;
  }

  /** All devices, in the order in which they were added. */
  public List<String> devEuis() {
    return List.copyOf(devEuis);
  }

  /** So many uplinks of each device; the first of a device comes with a join. */
  public void uplinks(int count) {
    for (int i = 0; i < count; i++) {
      for (String devEui : devEuis) {
        network.uplink(devEui, 10, LabCodec.payload(20 + i, 40));
      }
    }
  }
}
