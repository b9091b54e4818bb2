package io.github.chirpconnect.source.log;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the walk tells the streams. Safe from any thread. */
public interface DeviceStreams {
  /**
   * A device that the inventory lists.
   *
   * @param active it was seen since the last walk
   * @param lastSeenAt by the server; null if never
   */
  record Listed(String devEui, boolean active, Instant lastSeenAt) {}

  void listed(List<Listed> devices);

  /** These devices are gone; completes when nothing of them can reach the hand-over any more. */
  CompletableFuture<Void> gone(List<String> devEuis);

  /** For a connector without stream feeds. */
  DeviceStreams NONE =
      new DeviceStreams() {
        @Override
        public void listed(List<Listed> devices) {
          // Nobody follows them.
        }

        @Override
        public CompletableFuture<Void> gone(List<String> devEuis) {
          return CompletableFuture.completedFuture(null);
        }
      };
}
