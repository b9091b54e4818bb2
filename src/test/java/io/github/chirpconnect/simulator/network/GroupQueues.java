package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.server.Refusals;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.time.Time;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Multicast groups' queues: each accepted item takes the group's next frame counter. Runs under the
 * lock of the {@link Network}.
 */
public final class GroupQueues {
  private final Rows rows;
  private final FrameLogs frames;
  private final Time time;

  GroupQueues(Rows rows, FrameLogs frames, Time time) {
    this.rows = rows;
    this.frames = frames;
    this.time = time;
  }

  /**
   * Appends an item and returns its frame counter. Where no member was ever heard and no gateway is
   * configured there is none to send by: the counter moves and nothing is queued.
   */
  public MulticastGroupQueueItem enqueue(String groupId, MulticastGroupQueueItem item) {
    NetworkGroup group = rows.groups.get(groupId);
    if (group == null) {
      throw Refusals.internal("Object does not exist (id: " + groupId + ")");
    }
    if (item.getFPort() == 0 || Integer.compareUnsigned(item.getFPort(), 255) > 0) {
      throw Refusals.internal("Validation error: FPort must be between 1 - 255");
    }
    int fCnt = group.config.getFCnt();
    group.config = group.config.toBuilder().setFCnt(fCnt + 1).build();
    MulticastGroupQueueItem queued =
        item.toBuilder().setMulticastGroupId(groupId).setFCnt(fCnt).build();
    if (gateway(group).isPresent()) {
      group.queue.add(queued);
    }
    return queued;
  }

  /** Sends the first item of each group's queue. */
  void serve() {
    for (NetworkGroup group : rows.groups.values()) {
      while (!group.queue.isEmpty()) {
        MulticastGroupQueueItem item = group.queue.remove(0);
        if (isAlive(item)) {
          send(group, item);
          break;
        }
      }
    }
  }

  private boolean isAlive(MulticastGroupQueueItem item) {
    return !item.hasExpiresAt() || Moments.instant(item.getExpiresAt()).isAfter(time.now());
  }

  private void send(NetworkGroup group, MulticastGroupQueueItem item) {
    frames.groupDown(
        gateway(group).orElseThrow(),
        group.config.getMcAddr(),
        item.getFCnt(),
        item.getFPort(),
        item.getData().size(),
        Transmission.downNow(),
        time.now());
  }

  /** One that is configured; else one that has heard a device of the group. */
  private Optional<String> gateway(NetworkGroup group) {
    return Stream.concat(
            group.gatewayIds.stream(),
            group.devEuis.stream()
                .map(rows.devices::get)
                .map(device -> device.heardBy)
                .flatMap(Collection::stream))
        .findFirst();
  }
}
