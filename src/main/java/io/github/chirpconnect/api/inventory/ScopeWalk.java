package io.github.chirpconnect.api.inventory;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.feed.Feed;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks a scope: tenants, their applications, and their contents. It makes one call at a time,
 * because the network server needs the few database connections as well. Small datasets come first,
 * so that they do not wait for a large one.
 *
 * <p>A key without rights gets the same answer as a key that asks for a deleted object. So if a
 * place refuses its list in the middle of a walk, it is skipped only after a second call has shown
 * that it was deleted. A named tenant or application that does not exist is reported as absent, and
 * the walk continues: it may have been deleted.
 */
final class ScopeWalk {
  private final Tenancy tenancy;
  private final List<Listing> listings;
  private final Set<Feed> kinds;
  private final InventoryWalk walk;

  /** By id. */
  private final Map<String, Found> tenants = new LinkedHashMap<>();

  private final Map<String, Found> named = new LinkedHashMap<>();

  /** Those of the tenants, and those that the scope names. */
  private final Map<String, Found> applications = new LinkedHashMap<>();

  /**
   * @param listings one for each wanted dataset that has a list, in the order of the walk
   */
  ScopeWalk(Tenancy tenancy, List<Listing> listings, Set<Feed> kinds, InventoryWalk walk) {
    this.tenancy = tenancy;
    this.listings = listings;
    this.kinds = kinds;
    this.walk = walk;
  }

  void walk(Scope scope) throws InterruptedException {
    findTenants(scope);
    deliver(Feed.TENANTS, tenants.values());
    List<Listing> ofApplications = of(Level.APPLICATION);
    if (kinds.contains(Feed.APPLICATIONS) || !ofApplications.isEmpty()) {
      findApplications();
      deliver(Feed.APPLICATIONS, applications.values());
    }
    for (Listing listing : of(Level.SERVER)) {
      if (!tenants.isEmpty()) {
        list(listing, Place.NONE, () -> true);
      }
    }
    for (Listing listing : of(Level.TENANT)) {
      for (Found tenant : tenants.values()) {
        list(
            listing,
            tenant.inTenant(),
            () -> Refusals.arePermitted(() -> tenancy.tenant(tenant.id())));
      }
    }
    for (Listing listing : ofApplications) {
      for (Found application : applications.values()) {
        list(listing, application.inApplication(), () -> isThere(application));
      }
    }
  }

  private void deliver(Feed feed, Collection<Found> found) {
    if (kinds.contains(feed) && !found.isEmpty()) {
      walk.page(found.stream().map(one -> one.entity(feed)).toList());
    }
  }

  private List<Listing> of(Level level) {
    return listings.stream().filter(listing -> listing.level() == level).toList();
  }

  private List<Found> allTenants() throws InterruptedException {
    try {
      return tenancy.tenants();
    } catch (ApiException e) {
      if (e.kind() == FailureKind.NOT_PERMITTED) {
        throw new ApiException(FailureKind.NOT_PERMITTED, tenancy.notAnAdmin(), e);
      }
      throw e;
    }
  }

  private void findTenants(Scope scope) throws InterruptedException {
    if (scope.equals(Scope.ALL)) {
      allTenants().forEach(tenant -> tenants.put(tenant.id(), tenant));
      return;
    }
    Refusals.named(
        Subject::tenant,
        scope.tenantIds(),
        walk,
        id -> {
          Found tenant = tenancy.tenant(id);
          tenants.put(tenant.id(), tenant);
        });
    Map<String, String> names = new HashMap<>();
    tenants.values().forEach(tenant -> names.put(tenant.id(), tenant.name()));
    Refusals.named(
        Subject::application,
        scope.applicationIds(),
        walk,
        id -> {
          Found application = tenancy.application(id);
          String tenantId = application.place().tenantId();
          if (!names.containsKey(tenantId)) {
            names.put(tenantId, nameIfPermitted(tenantId));
          }
          named.put(application.id(), application.in(Place.tenant(tenantId, names.get(tenantId))));
        });
  }

  /** An application's key (v3) may not request its tenant. */
  private String nameIfPermitted(String tenantId) throws InterruptedException {
    try {
      return tenancy.tenant(tenantId).name();
    } catch (ApiException e) {
      if (e.kind() == FailureKind.NOT_PERMITTED) {
        return null;
      }
      throw e;
    }
  }

  private void findApplications() throws InterruptedException {
    for (Found tenant : tenants.values()) {
      for (Found application : tenancy.applications(tenant.id())) {
        applications.put(application.id(), application.in(tenant.inTenant()));
      }
    }
    named.forEach(applications::putIfAbsent);
  }

  private void list(Listing listing, Place place, Refusals.Question stillThere)
      throws InterruptedException {
    try {
      Refusals.unlessGone(() -> listing.list(place, walk::page), stillThere);
    } catch (ApiException e) {
      throw switch (e.kind()) {
        case NOT_PERMITTED -> withoutFeed(listing.feed(), e, "use an API key that may list this");
        case UNUSABLE_SERVER -> withoutFeed(listing.feed(), e, "upgrade the server");
        default -> e;
      };
    }
  }

  /** Names the feed that failed; without it the others could be read. */
  private static ApiException withoutFeed(Feed feed, ApiException e, String advice) {
    return new ApiException(
        e.kind(),
        e.subject(),
        "feed "
            + feed
            + ": "
            + e.getMessage()
            + "; "
            + advice
            + ", or take "
            + feed
            + " out of feeds",
        e);
  }

  /**
   * Whether the application still exists: a tenant's key is refused an application that was deleted
   * since it was listed.
   *
   * @throws ApiException if the tenant is refused as well: then the key lacks the right
   */
  private boolean isThere(Found application) throws InterruptedException {
    Found tenant = tenants.get(application.place().tenantId());
    return tenant == null
        ? Refusals.arePermitted(() -> tenancy.application(application.id()))
        : tenancy.applications(tenant.id()).stream()
            .anyMatch(listed -> listed.id().equals(application.id()));
  }
}
