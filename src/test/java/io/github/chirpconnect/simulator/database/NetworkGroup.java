package io.github.chirpconnect.simulator.database;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.proto.v4.MulticastGroup;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A multicast group's row, members and queue. Guarded by the lock of the {@link Inventory} that it
 * belongs to.
 */
public final class NetworkGroup {
  public MulticastGroup config;
  public final Timestamp createdAt;
  public Timestamp updatedAt;
  public final Set<String> devEuis = new LinkedHashSet<>();

  /** v4, from 4.3 on: the gateways that send for it. */
  public final Set<String> gatewayIds = new LinkedHashSet<>();

  /** In the order in which they were queued. */
  public final List<Queued> queue = new ArrayList<>();

  /** An item of the queue: one for each gateway that is to send it. */
  public record Queued(MulticastGroupQueueItem item, String gatewayId, Instant sendAt) {}

  public NetworkGroup(MulticastGroup config, Timestamp createdAt) {
    this.config = config;
    this.createdAt = createdAt;
    this.updatedAt = createdAt;
  }

  /** The queue as a list of it shows it: each frame counter once. */
  public List<MulticastGroupQueueItem> items() {
    return queue.stream().map(Queued::item).distinct().toList();
  }
}
