package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.source.offset.Shards;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Divides what a walk finds among the feeds. Used by the walk's thread only. */
public final class InventoryReader implements InventoryWalk {
  private final Scope scope;
  private final Supplier<Optional<Shards>> share;
  private final Map<Feed, FeedReader> feeds = new EnumMap<>(Feed.class);
  private final Clock clock;
  private final ScopeLog report = new ScopeLog();
  private final List<Absent> absent = new ArrayList<>();
  private long began;
  private boolean shareKnown;
  private boolean hasShare;
  private boolean walked;

  /**
   * @param share this task's share of the network, which may depend on the server's generation;
   *     asked once the server has answered; empty when there is none for it
   * @param clock for intervals
   */
  public InventoryReader(
      Scope scope, Supplier<Optional<Shards>> share, List<FeedReader> readers, Clock clock) {
    this.scope = scope;
    this.share = share;
    this.clock = clock;
    readers.forEach(reader -> feeds.put(reader.feed(), reader));
  }

  Scope scope() {
    return scope;
  }

  Set<Feed> feeds() {
    return feeds.keySet();
  }

  /** A walk begins. */
  void begin() {
    began = clock.millis();
    absent.clear();
    if (hasShare) {
      feeds.values().forEach(FeedReader::begin);
    }
  }

  @Override
  public void absent(Absent one) {
    absent.add(one);
  }

  @Override
  public void page(List<Entity> entities) {
    findShare();
    if (!hasShare || entities.isEmpty()) {
      return;
    }
    try {
      feeds.get(entities.get(0).feed()).page(entities);
    } catch (InterruptedException e) {
      throw new Stopping(e);
    }
  }

  /**
   * The walk was complete. Returns whether there is something for this task to walk for again.
   *
   * @throws ApiException when nothing of what is configured is there
   */
  boolean end() throws InterruptedException, ExecutionException {
    refuseIfNothingIsThere();
    findShare();
    if (!hasShare) {
      return false;
    }
    walked = true;
    long now = clock.millis();
    report.absent(absent, now);
    boolean empty = feeds.values().stream().allMatch(feed -> feed.listed() == 0);
    for (FeedReader feed : feeds.values()) {
      feed.end(now - began, empty);
    }
    return true;
  }

  /**
   * Where all that is named is unknown from the beginning, the configuration is wrong. Later it may
   * have been deleted, as one of several.
   */
  private void refuseIfNothingIsThere() {
    int named = Set.copyOf(scope.tenantIds()).size() + Set.copyOf(scope.applicationIds()).size();
    if (!walked && !absent.isEmpty() && absent.size() == named) {
      Absent first = absent.get(0);
      throw new ApiException(FailureKind.NOT_PERMITTED, first.subject(), first.reason(), null);
    }
  }

  /** To be called once the server has answered: before, its generation may not be known. */
  private void findShare() {
    if (shareKnown) {
      return;
    }
    shareKnown = true;
    Optional<Shards> mine = share.get();
    hasShare = mine.isPresent();
    mine.ifPresent(
        shards ->
            feeds
                .values()
                .forEach(
                    feed -> {
                      feed.owns(shards);
                      feed.begin();
                    }));
  }

  /** Ends a walk from inside a page. */
  static final class Stopping extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopping(InterruptedException cause) {
      super(cause);
    }
  }
}
