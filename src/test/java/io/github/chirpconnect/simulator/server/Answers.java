package io.github.chirpconnect.simulator.server;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the services share in answering. */
public final class Answers {
  private Answers() {}

  /** Answers a unary call with what the body returns, or with the status that it throws. */
  public static <T> void unary(StreamObserver<T> client, Supplier<T> body) {
    // Without a handler, answering a call that the client has cancelled would throw.
    ((ServerCallStreamObserver<T>) client).setOnCancelHandler(() -> {});
    answer(client, body);
  }

  /** The same for a call that was begun with {@link #later}. */
  public static <T> void answer(StreamObserver<T> client, Supplier<T> body) {
    T answer;
    try {
      answer = body.get();
    } catch (StatusRuntimeException e) {
      client.onError(e);
      return;
    }
    client.onNext(answer);
    client.onCompleted();
  }

  /** Begins an answer that another thread may give, or answers with the status it throws. */
  public static void later(StreamObserver<?> client, Runnable body) {
    ((ServerCallStreamObserver<?>) client).setOnCancelHandler(() -> {});
    stream(client, body);
  }

  /** Opens a stream, or answers with the status that opening it throws. */
  public static void stream(StreamObserver<?> client, Runnable open) {
    try {
      open.run();
    } catch (StatusRuntimeException e) {
      client.onError(e);
    }
  }

  /**
   * One page as PostgreSQL cuts it; a limit of 0 means no rows.
   *
   * @throws StatusRuntimeException UNKNOWN for a negative limit or offset, in PostgreSQL's words
   */
  public static <T> List<T> sqlPage(List<T> rows, long limit, long offset) {
    requireNotNegative("LIMIT", limit);
    requireNotNegative("OFFSET", offset);
    return rows.stream().skip(offset).limit(limit).toList();
  }

  private static void requireNotNegative(String name, long value) {
    if (value < 0) {
      throw Status.UNKNOWN
          .withDescription("pq: " + name + " must not be negative")
          .asRuntimeException();
    }
  }

  /**
   * One page, as SQL's LIMIT and OFFSET cut it: both are unsigned, and a limit of 0 means no rows.
   *
   * @param rows in the order wanted
   */
  public static <T> List<T> page(Stream<T> rows, int limit, int offset) {
    return rows.skip(Integer.toUnsignedLong(offset)).limit(Integer.toUnsignedLong(limit)).toList();
  }

  /**
   * Names that contain a text, whatever their case; {@code %} and {@code _} in it stand for any
   * text and any character, as in SQL. Everything contains the empty text.
   */
  public static <T> Predicate<T> nameContains(String search, Function<T, String> name) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < search.length(); i++) {
      char c = search.charAt(i);
      regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
    }
    Pattern wanted =
        Pattern.compile(
            regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    return row -> wanted.matcher(name.apply(row)).find();
  }

  public static <T> Comparator<T> directed(Comparator<T> order, boolean descending) {
    return descending ? order.reversed() : order;
  }
}
