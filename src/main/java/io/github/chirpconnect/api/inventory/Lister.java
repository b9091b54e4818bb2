package io.github.chirpconnect.api.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import io.grpc.MethodDescriptor;
import java.time.Instant;
import java.util.List;

/**
 * What is a dataset's own in how a generation lists it.
 *
 * @param <Q> the request
 * @param <A> the answer
 * @param <T> a row of it
 */
public interface Lister<Q, A, T> {
  Feed feed();

  /** What a list is of. */
  Level level();

  MethodDescriptor<Q, A> method();

  Q request(Place place, int limit, int offset);

  List<T> rows(A answer);

  long total(A answer);

  /** In which order a server lists that can list in the order of ids. */
  default Order order() {
    return Order.NOT_UNIQUE;
  }

  /** As {@link Entity#id}. */
  String id(T row);

  /** As {@link Entity#lastSeenAt}. */
  default Instant lastSeenAt(T row) {
    return null;
  }

  /**
   * As {@link Entity#body}, but for the place.
   *
   * @param byId whether this server can list in the order of ids, which tells its age
   */
  ObjectNode body(T row, boolean byId);
}
