package io.github.chirpconnect.simulator.recorded;

import com.google.protobuf.ByteString;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsRequest;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.MulticastGroup;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.Client;
import io.github.chirpconnect.simulator.Observations;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.fault.Faults;
import io.github.chirpconnect.simulator.network.Network;
import java.util.ArrayList;
import java.util.List;

/** What had happened, or happened meanwhile, when v3 was recorded, and is not in the requests. */
final class SetUpV3 {
  private static final String MOVED = "01020304050607a1";
  private static final String BY_HAND = "0102030405060705";
  private static final String HEARD = "0102030405060701";
  private static final String RENUMBERED = "0102030405060702";
  private static final String INJECTED = "01020304050607b1";
  private static final String NO_KEYS = "01020304050607a2";
  private static final Location PLACE =
      Location.newBuilder().setLatitude(52.1).setLongitude(4.5).setAltitude(3).build();
  private static final String OTHER = "0102030405060720";
  private static final String GROUP = "6ec225de-2d69-4043-9ec4-a3525e3f6ed4";
  private static final String EMPTY_GROUP = "a1138397-bd52-471d-9398-03c7347bcdd5";
  private static final int POOL = 20;

  private final Simulator simulator;
  private final Network network;
  private final List<Client.Stream<?>> others = new ArrayList<>();

  /** Of before Redis was stopped. */
  private Faults.Backup backup;

  SetUpV3(Simulator simulator) {
    this.simulator = simulator;
    this.network = simulator.network();
  }

  /**
   * The walk was the last thing recorded: much had changed before.
   *
   * @param groupCounter the frame counter that the group was at
   */
  void earlier(int groupCounter) {
    move("1", "lab never-joined");
    network.updateDevice(BY_HAND, device -> device.setIsDisabled(false));
    activate(BY_HAND);
    NetworkDevice injected = network.rows().device(INJECTED);
    injected.status = null;
    injected.location = null;
    counter(GROUP, groupCounter);
    counter(EMPTY_GROUP, 0);
  }

  /** Without a join. */
  private void activate(String devEui) {
    NetworkDevice device = network.rows().device(devEui);
    device.devAddr = "00aabb05";
    device.knownToApplicationServer = true;
    device.wasKnownBefore = true;
  }

  /** What the second server had, of which frames and faults were recorded. */
  void second() {
    String profileId = network.device(MOVED).getDeviceProfileId();
    network.addDevice("01020304050607c1", "2", profileId, "second");
  }

  private void move(String applicationId, String description) {
    network.updateDevice(
        MOVED, device -> device.setApplicationId(applicationId).setDescription(description));
  }

  private void counter(String groupId, int fCnt) {
    NetworkGroup group = network.rows().groups.get(groupId);
    group.config = MulticastGroup.newBuilder(group.config).setFCnt(fCnt).build();
  }

  /** To be called before the call of a case is made. */
  void before(String name) {
    switch (name) {
      case "queue-list-after-rejoin", "enqueue-in-rejoin-window" -> network.join(HEARD);
      case "queue-list-after-first-uplink" -> network.uplink(OTHER, 10, new byte[3]);
      // Two calls that the other recording or another account made.
      case "enqueue-0x-eui" -> enqueue(BY_HAND, 10, new byte[] {1});
      case "enqueue-low-user" -> enqueue(BY_HAND, 10, new byte[] {5});
      case "queue-list-live-device-later" -> {
        for (int i = 0; i < 4; i++) {
          network.uplink(HEARD, 10, new byte[3]);
        }
      }
      case "pool-as-exhausted-enqueue" -> enqueue(BY_HAND, 10, new byte[] {1});
      case "queue-list-after-concurrent-enqueues" -> {
        for (int i = 0; i < 20; i++) {
          enqueue(BY_HAND, 10, new byte[1]);
        }
      }
      case "queue-list-after-deadline-enqueues" -> enqueue(BY_HAND, 11, new byte[] {1});
      case "device-list-status-battery" -> network.status(INJECTED, 10, false, 75.2f);
      case "device-list-status-external" -> network.status(INJECTED, -3, true, 0);
      case "device-list-status-unavailable" -> network.status(INJECTED, 5, false, -1);
      case "device-get-after-location" -> network.location(INJECTED, PLACE);
      case "enqueue-fcnt-renumbering-A-oversize" -> {
        network.join(RENUMBERED);
        network.uplink(RENUMBERED, 10, new byte[3]);
      }
      case "queue-list-fcnt-renumbering-2" -> network.uplink(RENUMBERED, 10, new byte[3]);
      case "enqueue-upper-case-eui" -> activate(NO_KEYS);
      case "rest-enqueue-upper-case" -> {
        activate(NO_KEYS);
        enqueue(NO_KEYS, 10, new byte[] {1});
      }
      case "enqueue-disabled-device" -> {
        network.queues().flush(BY_HAND);
        network.updateDevice(BY_HAND, device -> device.setIsDisabled(true));
      }
      case "device-list-after-move-new", "rest-devices-unfiltered-user" ->
          network.status(INJECTED, 1, false, 0);
      case "device-list-after-move-old" -> move("2", "moved");
      case "fault-redis-down-gateway-stats" -> {
        backup = simulator.faults().backupHistory();
        simulator.faults().stopRedis();
      }
      default -> {}
    }
  }

  /** To be called when the call of a case was answered. */
  void after(String name) {
    if (name.equals("fault-redis-down-gateway-stats")) {
      simulator.faults().startRedis();
      simulator.faults().restoreHistory(backup);
    }
  }

  private void enqueue(String devEui, int fPort, byte[] data) {
    DeviceQueueItem item =
        DeviceQueueItem.newBuilder().setFPort(fPort).setData(ByteString.copyFrom(data)).build();
    network.queues().enqueue(devEui, item);
  }

  /** To be called before the stream of a case is opened. */
  void opening(String name, Client client, String admin) {
    if (name.matches("pool-as-(stream-2[1-6]|exhausted-event-stream)")) {
      hold(client, admin, true);
    } else if (name.matches("pool-ns-(stream-2[1-6]|exhausted-frame-stream)")) {
      hold(client, admin, false);
    }
    switch (name) {
      case "fault-redis-down-open" -> simulator.faults().stopRedis();
      case "fault-redis-hung-open" -> simulator.faults().hangRedis();
      case "events-undecodable-entry-live", "events-undecodable-entry-replay" ->
          simulator.faults().poisonEvents("01020304050607b2");
      case "frames-poison-entry", "frames-poison-entry-again" ->
          simulator.faults().poisonFrames("01020304050607c1");
      default -> {}
    }
  }

  private void hold(Client client, String admin, boolean events) {
    for (int i = 0; i < POOL; i++) {
      others.add(
          events
              ? client.open(
                  DeviceServiceGrpc.getStreamEventLogsMethod(),
                  admin,
                  StreamDeviceEventLogsRequest.newBuilder().setDevEui(OTHER).build(),
                  1)
              : client.open(
                  DeviceServiceGrpc.getStreamFrameLogsMethod(),
                  admin,
                  StreamDeviceFrameLogsRequest.newBuilder().setDevEui(OTHER).build(),
                  1));
    }
    Observations seen = simulator.observations();
    Client.soon(() -> (events ? seen.eventPool() : seen.framePool()).inUse() == POOL);
  }

  /** What ended the stream of a case. */
  void fault(String name) {
    switch (name) {
      case "fault-redis-restart-3s", "fault-ns-redis-restart-frames" ->
          simulator.faults().stopRedis();
      case "fault-as-sigterm", "fault-as-sigterm-silent", "fault-as-kill" -> {
        Client.soon(() -> simulator.observations().openStreams() > 0);
        simulator.stop();
        simulator.start();
      }
      default -> {}
    }
  }

  /** To be called when the stream of a case has ended. */
  void closing() {
    others.forEach(Client.Stream::cancel);
    others.clear();
    simulator.faults().endRedisHang();
    simulator.faults().startRedis();
    Observations seen = simulator.observations();
    Client.soon(() -> seen.eventPool().inUse() == 0 && seen.framePool().inUse() == 0);
  }
}
