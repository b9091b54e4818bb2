package io.github.chirpconnect.api.inventory;

import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import java.util.List;
import java.util.function.Consumer;

/** Lists one dataset, place by place, during one walk. */
interface Listing {
  Feed feed();

  Level level();

  /** Lists one place. An empty list has no pages. */
  void list(Place place, Consumer<List<Entity>> page) throws InterruptedException;
}
