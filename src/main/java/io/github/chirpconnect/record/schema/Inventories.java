package io.github.chirpconnect.record.schema;

import io.github.chirpconnect.feed.Feed;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The inventory datasets: a row for each. */
public final class Inventories {
  private static final List<Inventory> ROWS =
      List.of(
          Inventory.of(Feed.TENANTS, Tenants.MESSAGE),
          Inventory.of(Feed.APPLICATIONS, Applications.MESSAGE),
          Inventory.of(Feed.DEVICE_PROFILES, DeviceProfiles.MESSAGE),
          Inventory.of(Feed.DEVICES, Devices.MESSAGE, "last_seen_at", "device_status"),
          Inventory.of(Feed.MULTICAST_GROUPS, MulticastGroups.MESSAGE),
          Inventory.of(Feed.RELAY_GATEWAYS, RelayGateways.MESSAGE, "last_seen_at"),
          Inventory.of(Feed.DEVICE_QUEUES, DeviceQueues.MESSAGE));

  private static final Map<Feed, Inventory> BY_FEED =
      ROWS.stream().collect(Collectors.toMap(Inventory::feed, Function.identity()));

  private Inventories() {}

  public static List<Inventory> all() {
    return ROWS;
  }

  /**
   * @throws IllegalArgumentException for a dataset that is none, or has no row here
   */
  public static Inventory of(Feed feed) {
    Inventory inventory = BY_FEED.get(feed);
    if (inventory == null) {
      throw new IllegalArgumentException("the dataset " + feed + " has no inventory schema");
    }
    return inventory;
  }
}
