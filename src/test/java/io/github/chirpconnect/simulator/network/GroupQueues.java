package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.database.NetworkGroup.Queued;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.server.Refusals;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Multicast groups' queues: each accepted item takes the group's next frame counter. Runs under the
 * lock of the {@link Network}.
 */
public final class GroupQueues {
  private final Generation generation;
  private final Rows rows;
  private final FrameLogs frames;
  private final Time time;

  /** Between two gateways, and between the last gateway of one item and the first of the next. */
  private final Duration margin;

  private final Set<String> away = new HashSet<>();

  GroupQueues(Generation generation, Rows rows, FrameLogs frames, Time time) {
    this.generation = generation;
    this.rows = rows;
    this.frames = frames;
    this.time = time;
    this.margin = Duration.ofSeconds(generation == Generation.V4 ? 5 : 2);
  }

  /**
   * Appends an item and returns it with its frame counter. Where no member was ever heard and no
   * gateway is configured there is none to send by: the counter moves and nothing is queued.
   *
   * @param noGateway what is thrown if a gateway that heard a member was deleted since
   */
  public MulticastGroupQueueItem enqueue(
      String groupId, MulticastGroupQueueItem item, Supplier<RuntimeException> noGateway) {
    // The server keeps 16 bits with a sign, so that 65537 is port 1 and 65535 is port -1.
    short fPort = (short) item.getFPort();
    if (fPort == 0 || fPort > 255) {
      throw Refusals.internal("Validation error: FPort must be between 1 - 255");
    }
    NetworkGroup group = rows.groups.get(groupId);
    if (group == null) {
      throw Refusals.internal("Object does not exist (id: " + groupId + ")");
    }
    Set<String> gateways = gateways(group);
    if (!rows.gateways.keySet().containsAll(gateways)) {
      throw noGateway.get();
    }
    int fCnt = group.config.getFCnt();
    group.config = group.config.toBuilder().setFCnt(fCnt + 1).build();
    MulticastGroupQueueItem queued =
        item.toBuilder().setMulticastGroupId(groupId).setFCnt(fCnt).setFPort(fPort).build();
    Instant sendAt =
        group.queue.stream()
            .map(Queued::sendAt)
            .max(Comparator.naturalOrder())
            .map(last -> last.plus(margin))
            .orElse(time.now());
    for (String gatewayId : gateways) {
      group.queue.add(new Queued(queued, gatewayId, sendAt));
      sendAt = sendAt.plus(margin);
    }
    return queued;
  }

  /**
   * Whether a gateway is offline. As a v4 on PostgreSQL does it: what such a gateway is to send
   * waits for it, unless it expires, and is all sent at once when it is back.
   */
  void away(String gatewayId, boolean isAway) {
    if (isAway) {
      away.add(gatewayId);
    } else {
      away.remove(gatewayId);
    }
  }

  /** Sends what is due. Nobody hears of an item that is too long, or past its expiry. */
  void serve() {
    for (NetworkGroup group : rows.groups.values()) {
      List<Queued> due =
          group.queue.stream()
              .filter(each -> !each.sendAt().isAfter(time.now()))
              .filter(each -> !away.contains(each.gatewayId()) || isExpired(each.item()))
              .toList();
      group.queue.removeAll(due);
      due.stream()
          .filter(each -> isSendable(group, each.item()))
          .forEach(each -> send(group, each));
    }
  }

  private boolean isSendable(NetworkGroup group, MulticastGroupQueueItem item) {
    String region =
        generation == Generation.V4 ? group.config.getRegion().name() : rows.networkServer.band();
    int most = MaxPayload.of(generation, region, group.config.getDr());
    return !isExpired(item) && item.getData().size() <= most;
  }

  private boolean isExpired(MulticastGroupQueueItem item) {
    return item.hasExpiresAt() && !Moments.instant(item.getExpiresAt()).isAfter(time.now());
  }

  private void send(NetworkGroup group, Queued queued) {
    MulticastGroupQueueItem item = queued.item();
    frames.groupDown(
        queued.gatewayId(),
        group.config.getMcAddr(),
        item.getFCnt(),
        item.getFPort() & 0xff,
        item.getData().size(),
        Transmission.downNow(),
        time.now());
  }

  /** Those that are configured; else some that together have heard each device of the group. */
  private Set<String> gateways(NetworkGroup group) {
    Set<String> gateways = new LinkedHashSet<>(group.gatewayIds);
    if (gateways.isEmpty()) {
      for (String devEui : group.devEuis) {
        List<String> heardBy = rows.device(devEui).heardBy;
        if (Collections.disjoint(gateways, heardBy)) {
          heardBy.stream().findFirst().ifPresent(gateways::add);
        }
      }
    }
    return gateways;
  }
}
