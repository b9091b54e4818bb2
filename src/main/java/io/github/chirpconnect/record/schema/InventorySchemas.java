package io.github.chirpconnect.record.schema;

import io.github.chirpconnect.feed.Feed;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The inventory datasets: a row for each. */
public final class InventorySchemas {
  private static final List<InventorySchema> ROWS =
      List.of(
          InventorySchema.of(Feed.TENANTS, Tenants.MESSAGE),
          InventorySchema.of(Feed.APPLICATIONS, Applications.MESSAGE),
          InventorySchema.of(Feed.DEVICE_PROFILES, DeviceProfiles.MESSAGE),
          InventorySchema.of(Feed.DEVICES, Devices.MESSAGE, "last_seen_at", "device_status"),
          // ChirpStack v3 updates a gateway with each of its statistics.
          InventorySchema.of(Feed.GATEWAYS, Gateways.MESSAGE, "last_seen_at", "updated_at"),
          InventorySchema.of(Feed.MULTICAST_GROUPS, MulticastGroups.MESSAGE),
          InventorySchema.of(Feed.RELAY_GATEWAYS, RelayGateways.MESSAGE, "last_seen_at"),
          InventorySchema.of(Feed.DEVICE_QUEUES, DeviceQueues.MESSAGE));

  private static final Map<Feed, InventorySchema> BY_FEED =
      ROWS.stream().collect(Collectors.toMap(InventorySchema::feed, Function.identity()));

  private InventorySchemas() {}

  public static List<InventorySchema> all() {
    return ROWS;
  }

  /**
   * @throws IllegalArgumentException for a dataset that is none, or has no row here
   */
  public static InventorySchema of(Feed feed) {
    InventorySchema inventory = BY_FEED.get(feed);
    if (inventory == null) {
      throw new IllegalArgumentException("the dataset " + feed + " has no inventory schema");
    }
    return inventory;
  }
}
