package io.github.chirpconnect.api.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import io.grpc.MethodDescriptor;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * How one generation lists one dataset.
 *
 * @param <Q> the request
 * @param <A> the answer
 * @param <T> one row of the answer
 */
public abstract class Lister<Q, A, T> {
  private final Feed feed;
  private final Level level;
  private final Order order;
  private final MethodDescriptor<Q, A> method;
  private final Function<A, List<T>> rows;
  private final ToLongFunction<A> total;

  /**
   * @param level the place that one list covers
   * @param order the order of a list, on servers that can list in the order of ids
   */
  protected Lister(
      Feed feed,
      Level level,
      Order order,
      MethodDescriptor<Q, A> method,
      Function<A, List<T>> rows,
      ToLongFunction<A> total) {
    this.feed = feed;
    this.level = level;
    this.order = order;
    this.method = method;
    this.rows = rows;
    this.total = total;
  }

  public final Feed feed() {
    return feed;
  }

  public final MethodDescriptor<Q, A> method() {
    return method;
  }

  public final List<T> rows(A answer) {
    return rows.apply(answer);
  }

  public abstract Q request(Place place, int limit, int offset);

  /** As {@link Entity#id}. */
  public abstract String id(T row);

  /** As {@link Entity#lastSeenAt}. */
  public Instant lastSeenAt(T row) {
    return null;
  }

  /**
   * As {@link Entity#body}, without the place.
   *
   * @param byId whether this server can list in the order of ids, which shows its age
   */
  public abstract ObjectNode body(T row, boolean byId);

  final Level level() {
    return level;
  }

  final Order order() {
    return order;
  }

  final long total(A answer) {
    return total.applyAsLong(answer);
  }
}
