package io.github.chirpconnect.source.listener;

import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.topic.Whereabouts;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where this task's devices and gateways are, by the last walk: their frames do not say it. One
 * that is gone is kept until the next walk, for what of it waits for Kafka. Heard on the walk's
 * thread, asked on any.
 */
public final class KnownPlaces implements Whereabouts {
  private final Map<Feed, Map<String, Place>> places = new ConcurrentHashMap<>();

  @Override
  public Place of(Feed feed, String id) {
    return places.getOrDefault(feed, Map.of()).getOrDefault(id, Place.NONE);
  }

  /** Who has to hear of the entities of a feed. */
  public InventoryListener listener(Feed feed) {
    Map<String, Place> known = places.computeIfAbsent(feed, unused -> new ConcurrentHashMap<>());
    Set<String> gone = new HashSet<>();
    Set<String> leaving = new HashSet<>();
    return new InventoryListener() {
      @Override
      public void listed(List<Listed> entities) {
        for (Listed one : entities) {
          known.put(one.id(), one.place());
          leaving.remove(one.id());
          gone.remove(one.id());
        }
      }

      @Override
      public CompletableFuture<Void> gone(List<String> ids) {
        gone.addAll(ids);
        return CompletableFuture.completedFuture(null);
      }

      @Override
      public void walked() {
        leaving.forEach(known::remove);
        leaving.clear();
        leaving.addAll(gone);
        gone.clear();
      }
    };
  }
}
