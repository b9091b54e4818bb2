package io.github.chirpconnect.source.activity;

import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.feed.Feed;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Lists the gateways at intervals. Used only on the streams thread. */
final class GatewayList {
  private static final long EVERY_MS = 300_000;
  private static final long AFTER_FAILURE_MS = 30_000;

  /** Receives the result. */
  interface Asker {
    void listed(Set<String> gateways);

    void failed(ApiException reason);
  }

  private final Scope scope;
  private final GatewaySignals.Dependencies task;
  private final Asker asker;
  private boolean asking;
  private long nextAt = Long.MIN_VALUE;

  GatewayList(Scope scope, GatewaySignals.Dependencies dependencies, Asker asker) {
    this.scope = scope;
    this.task = dependencies;
    this.asker = asker;
  }

  void tick(long now) {
    if (!asking && now >= nextAt) {
      asking = true;
      task.lists().execute(this::ask);
    }
  }

  /** On a thread that may block. */
  private void ask() {
    Set<String> gateways = new LinkedHashSet<>();
    try {
      task.chirpStack().inventory(scope, Set.of(Feed.GATEWAYS), new Collecting(gateways));
      task.thread().execute(() -> listed(gateways));
    } catch (ApiException e) {
      task.thread().execute(() -> failed(e));
    } catch (InterruptedException e) {
      // The task stops.
      Thread.currentThread().interrupt();
    }
  }

  private void listed(Set<String> gateways) {
    asking = false;
    nextAt = task.clock().getAsLong() + EVERY_MS;
    asker.listed(gateways);
  }

  private void failed(ApiException reason) {
    asking = false;
    nextAt = task.clock().getAsLong() + (reason.kind().retriable() ? AFTER_FAILURE_MS : EVERY_MS);
    asker.failed(reason);
  }

  /** Collects ids. Absent tenants and applications are reported by the walk of the inventory. */
  private record Collecting(Set<String> gateways) implements InventoryWalk {
    @Override
    public void page(List<Entity> entities) {
      entities.forEach(entity -> gateways.add(entity.id()));
    }

    @Override
    public void absent(Absent absent) {
      // The inventory's walk reports it.
    }
  }
}
