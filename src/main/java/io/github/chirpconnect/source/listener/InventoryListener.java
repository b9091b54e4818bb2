package io.github.chirpconnect.source.listener;

import io.github.chirpconnect.api.Place;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Hears which entities of a feed are this task's. Called on the walk's thread; does not block. */
public interface InventoryListener {
  /**
   * An entity that the inventory lists.
   *
   * @param place where it is
   * @param active it was seen since the last walk
   * @param lastSeenAt by the server; null if never
   */
  record Listed(String id, Place place, boolean active, Instant lastSeenAt) {}

  void listed(List<Listed> entities);

  /** These are gone; completes when nothing of them can reach the queue any more. */
  CompletableFuture<Void> gone(List<String> ids);

  /** The walk was complete, and those that are gone were told. */
  default void walked() {
    // Who follows entities one by one needs no more than each of them.
  }

  /**
   * Whether it is of use to hear who was seen before the next walk says so. Asked by any thread.
   */
  default boolean isCrowded() {
    return false;
  }

  /** Both hear of the same entities. */
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
