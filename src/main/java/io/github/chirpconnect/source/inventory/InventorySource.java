package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.feed.Feed;
import java.util.Set;

/** Where walks come from: as {@link io.github.chirpconnect.api.ChirpStack#inventory}. */
@FunctionalInterface
public interface InventorySource {
  void walk(Scope scope, Set<Feed> kinds, InventoryWalk walk) throws InterruptedException;
}
