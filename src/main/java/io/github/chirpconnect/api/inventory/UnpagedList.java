package io.github.chirpconnect.api.inventory;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Reads lists whose order is not unique. Such a list cannot be put together from pages: rows with
 * equal names may change their order from page to page, so that one is skipped and another comes
 * twice. So the whole list is requested, with a limit that grows until the answer is shorter than
 * it.
 */
public final class UnpagedList {
  private UnpagedList() {}

  public interface Query<A> {
    A ask(int limit) throws InterruptedException;
  }

  public static <A, T> List<T> list(
      int firstLimit, Query<A> query, Function<A, List<T>> rows, ToLongFunction<A> total)
      throws InterruptedException {
    int limit = firstLimit;
    while (true) {
      A answer = query.ask(limit);
      List<T> found = rows.apply(answer);
      if (found.size() < limit) {
        return found;
      }
      limit =
          Math.max(Math.multiplyExact(limit, 2), Math.toIntExact(total.applyAsLong(answer) + 1));
    }
  }
}
