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
 * The places of this task's devices and gateways, by the last walk; frames do not contain them. A
 * deleted one is kept until the next walk, because records of it may still wait for Kafka. Written
 * on the walk's thread, read on any.
 */
public final class KnownPlaces implements Whereabouts {
  private final Map<Feed, Map<String, Place>> places = new ConcurrentHashMap<>();

  @Override
  public Place of(Feed feed, String id) {
    return places.getOrDefault(feed, Map.of()).getOrDefault(id, Place.NONE);
  }

  /** The listener that collects the places of a feed's entities. */
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
