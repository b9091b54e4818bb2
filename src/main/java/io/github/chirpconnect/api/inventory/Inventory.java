package io.github.chirpconnect.api.inventory;

import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.grpc.AbstractClassifiedCalls;
import io.github.chirpconnect.feed.Feed;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The inventory of a server of one generation. */
public final class Inventory {
  private final AbstractClassifiedCalls calls;
  private final Tenancy tenancy;
  private final PageSizes sizes;

  public Inventory(AbstractClassifiedCalls calls, Tenancy tenancy, PageSizes sizes) {
    this.calls = calls;
    this.tenancy = tenancy;
    this.sizes = sizes;
  }

  /**
   * As {@link io.github.chirpconnect.api.ChirpStack#inventory}.
   *
   * @param listers of the wanted datasets, in the order of the walk
   * @param byId whether this server can list in the order of ids
   */
  public void walk(
      Scope scope, Set<Feed> kinds, List<Lister<?, ?, ?>> listers, boolean byId, InventoryWalk walk)
      throws InterruptedException {
    List<Listing> listings = new ArrayList<>();
    listers.forEach(lister -> listings.add(listing(lister, byId)));
    new ScopeWalk(tenancy, listings, kinds, walk).walk(scope);
  }

  private <Q, A, T> Listing listing(Lister<Q, A, T> lister, boolean byId) {
    return new PagedListing<>(calls, lister, byId, sizes);
  }
}
