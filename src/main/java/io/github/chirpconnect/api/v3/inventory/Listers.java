package io.github.chirpconnect.api.v3.inventory;

import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.feed.Feed;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The datasets of ChirpStack v3: one row for each, small ones first. */
public final class Listers {
  static final List<Lister<?, ?, ?>> ALL =
      List.of(
          new DeviceProfileLister(), //
          new GatewayLister(),
          new MulticastGroupLister(),
          new DeviceLister());

  private Listers() {}

  /** The listers of these datasets, in the order of a walk. */
  public static List<Lister<?, ?, ?>> of(Set<Feed> kinds) {
    return ALL.stream()
        .filter(lister -> kinds.contains(lister.feed()))
        .collect(Collectors.toUnmodifiableList());
  }
}
