package io.github.chirpconnect.api.inventory;

import static io.github.chirpconnect.api.grpc.Futures.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.grpc.AbstractClassifiedCalls;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.TransportErrors;
import io.github.chirpconnect.feed.Feed;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Lists one dataset, place by place, in pages by offset while the table may change. Pages overlap
 * by one row. If a row before the page was deleted, all rows behind it move up and the overlap no
 * longer matches; then the listing steps back until it matches. So no row that existed all the time
 * (and kept its place in the order) is skipped, and none is delivered twice. The total count is not
 * used to find the end: v4 counts a device or gateway once for each of its multicast groups.
 *
 * <p>A list without a unique order is read in one call.
 */
final class PagedListing<Q, A, T> implements Listing {
  private static final int SMALLEST_PAGE = 2;
  private static final int PIECE = 256;

  private final AbstractClassifiedCalls calls;
  private final Lister<Q, A, T> lister;
  private final boolean byId;
  private final Order order;
  private final int firstList;

  /** Kept for the next places: if a page of this size was too large, the next will be too. */
  private int limit;

  /**
   * @param byId whether this server can list in the order of ids
   */
  PagedListing(
      AbstractClassifiedCalls calls, Lister<Q, A, T> lister, boolean byId, PageSizes sizes) {
    this.calls = calls;
    this.lister = lister;
    this.byId = byId;
    this.order = lister.order() == Order.BY_ID && !byId ? Order.NOT_UNIQUE : lister.order();
    this.firstList = sizes.firstList();
    this.limit = sizes.page();
  }

  @Override
  public Feed feed() {
    return lister.feed();
  }

  @Override
  public Level level() {
    return lister.level();
  }

  @Override
  public void list(Place place, Consumer<List<Entity>> page) throws InterruptedException {
    if (order == Order.NOT_UNIQUE) {
      deliver(place, inOnePiece(place), page);
    } else {
      listInPages(place, page);
    }
  }

  private void listInPages(Place place, Consumer<List<Entity>> page) throws InterruptedException {
    Order.Seen seen = order.start();
    int offset = 0;
    int stepBack = 1;
    CompletableFuture<A> asked = ask(place, limit, offset);
    try {
      while (true) {
        List<T> rows = page(place, offset, asked);
        List<String> ids = rows.stream().map(lister::id).toList();
        if (!seen.inOrder(ids)) {
          leaveOrder(place, seen, page);
          return;
        }
        boolean fits = offset == 0 || (!ids.isEmpty() && seen.contains(ids.get(0)));
        if (!fits) {
          offset = Math.max(0, offset - stepBack);
          stepBack *= 10;
          asked = ask(place, limit, offset);
          continue;
        }
        stepBack = 1;
        List<T> unseen = rows.stream().filter(row -> !seen.contains(lister.id(row))).toList();
        if (rows.size() < limit) {
          deliver(place, unseen, page);
          return;
        }
        seen.add(ids);
        offset += rows.size() - 1;
        // The server looks for the next page while this one is compared: still one call at a time.
        asked = ask(place, limit, offset);
        deliver(place, unseen, page);
      }
    } finally {
      asked.cancel(true);
    }
  }

  /**
   * The server claims to list by id, and does not. As long as nothing was delivered, the list can
   * still be read in one call.
   */
  private void leaveOrder(Place place, Order.Seen seen, Consumer<List<Entity>> page)
      throws InterruptedException {
    if (!seen.isEmpty()) {
      throw new ApiException(
          FailureKind.TRANSIENT,
          lister.level().subject(place)
              + ": its list of "
              + lister.feed()
              + " came out of order, so it may be incomplete; try again");
    }
    deliver(place, inOnePiece(place), page);
  }

  /**
   * Requests smaller pages when a page exceeds the largest message.
   *
   * @param first the request that was made already
   */
  private List<T> page(Place place, int offset, CompletableFuture<A> first)
      throws InterruptedException {
    CompletableFuture<A> asked = first;
    while (true) {
      try {
        return lister.rows(await(asked));
      } catch (ApiException e) {
        if (!isTooLarge(e) || limit == SMALLEST_PAGE) {
          throw e;
        }
        limit = Math.max(SMALLEST_PAGE, limit / 2);
        asked = ask(place, limit, offset);
      }
    }
  }

  private List<T> inOnePiece(Place place) throws InterruptedException {
    return UnpagedList.list(
        firstList, whole -> await(ask(place, whole, 0)), lister::rows, lister::total);
  }

  private CompletableFuture<A> ask(Place place, int rows, int offset) {
    return calls.call(
        Operation.read(lister.level().subject(place)),
        lister.method(),
        lister.request(place, rows, offset));
  }

  /** In pieces, so that few bodies are there at once: each is many times as large as its row. */
  private void deliver(Place place, List<T> rows, Consumer<List<Entity>> page) {
    for (int from = 0; from < rows.size(); from += PIECE) {
      List<T> piece = rows.subList(from, Math.min(from + PIECE, rows.size()));
      page.accept(piece.stream().map(row -> entity(place, row)).toList());
    }
  }

  private Entity entity(Place place, T row) {
    ObjectNode body = lister.body(row, byId);
    lister.level().write(place, body);
    return new Entity(lister.feed(), lister.id(row), place, lister.lastSeenAt(row), body);
  }

  private static boolean isTooLarge(ApiException e) {
    return e.getCause() instanceof RpcFailure failure
        && TransportErrors.answerTooLarge(failure.status());
  }
}
