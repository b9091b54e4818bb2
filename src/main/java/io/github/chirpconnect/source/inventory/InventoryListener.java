package io.github.chirpconnect.source.inventory;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Hears which entities of a feed are this task's. Called on the walk's thread; does not block. */
public interface InventoryListener {
  /**
   * An entity that the inventory lists.
   *
   * @param active it was seen since the last walk
   * @param lastSeenAt by the server; null if never
   */
  record Listed(String id, boolean active, Instant lastSeenAt) {}

  void listed(List<Listed> entities);

  /** These are gone; completes when nothing of them can reach the queue any more. */
  CompletableFuture<Void> gone(List<String> ids);

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
