package io.github.chirpconnect.source.listener;

import io.github.chirpconnect.api.Place;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Receives the entities of a feed that belong to this task. Called on the walk's thread; must not
 * block.
 */
public interface InventoryListener {
  /**
   * An entity that the inventory lists.
   *
   * @param active it was seen since the last walk
   * @param lastSeenAt by the server's clock; null for never
   */
  record Listed(String id, Place place, boolean active, Instant lastSeenAt) {}

  void listed(List<Listed> entities);

  /** These entities are deleted. Completes when nothing of them can reach the queue any more. */
  CompletableFuture<Void> gone(List<String> ids);

  /** The walk is complete, and {@link #gone} was called. */
  default void walked() {
    // Not needed by listeners that treat each entity on its own.
  }

  /**
   * Whether looks between two walks are useful: there are more devices than streams. Called on any
   * thread.
   */
  default boolean isCrowded() {
    return false;
  }

  /** Both are told the same entities. */
  default InventoryListener and(InventoryListener other) {
    InventoryListener one = this;
    return new InventoryListener() {
      @Override
      public void listed(List<Listed> entities) {
        one.listed(entities);
        other.listed(entities);
      }

      @Override
      public CompletableFuture<Void> gone(List<String> ids) {
        return CompletableFuture.allOf(one.gone(ids), other.gone(ids));
      }

      @Override
      public void walked() {
        one.walked();
        other.walked();
      }

      @Override
      public boolean isCrowded() {
        return one.isCrowded() || other.isCrowded();
      }
    };
  }

  /** For feeds that nothing depends on. */
  InventoryListener NONE =
      new InventoryListener() {
        @Override
        public void listed(List<Listed> entities) {
          // Nobody follows them.
        }

        @Override
        public CompletableFuture<Void> gone(List<String> ids) {
          return CompletableFuture.completedFuture(null);
        }
      };
}
