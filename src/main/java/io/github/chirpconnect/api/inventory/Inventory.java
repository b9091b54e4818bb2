package io.github.chirpconnect.api.inventory;

import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.grpc.AbstractClassifiedCalls;
import io.github.chirpconnect.feed.Feed;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The inventory of a server of one generation. */
public final class Inventory {
  private final AbstractClassifiedCalls calls;
  private final Tenancy tenancy;
  private final List<Lister<?, ?, ?>> listers;
  private final PageSizes sizes;

  /**
   * @param listers in the order of the walk
   */
  public Inventory(
      AbstractClassifiedCalls calls,
      Tenancy tenancy,
      List<Lister<?, ?, ?>> listers,
      PageSizes sizes) {
    this.calls = calls;
    this.tenancy = tenancy;
    this.listers = listers;
    this.sizes = sizes;
  }

  /**
   * As {@link io.github.chirpconnect.api.ChirpStack#inventory}.
   *
   * @param byId whether this server can list in the order of ids
   */
  public void walk(Scope scope, Set<Feed> kinds, boolean byId, InventoryWalk walk)
      throws InterruptedException {
    List<Listing> wanted =
        listers.stream()
            .filter(lister -> kinds.contains(lister.feed()))
            .map(lister -> listing(lister, byId))
            .collect(Collectors.toList());
    new ScopeWalk(tenancy, wanted, walk).walk(scope);
  }

  private <Q, A, T> Listing listing(Lister<Q, A, T> lister, boolean byId) {
    return new PagedListing<>(calls, lister, byId, sizes);
  }
}
