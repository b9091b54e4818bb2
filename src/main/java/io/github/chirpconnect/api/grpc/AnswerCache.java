package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.common.BoundedMap;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Caches answers about many objects. One call serves all who need the same answer at the same time.
 * An answer expires; a failure is not kept. If there are too many, the oldest are dropped. Safe for
 * use by many threads.
 */
public final class AnswerCache<T> {
  private final LongSupplier nanoClock;
  private final Function<T, Duration> believed;
  private final Map<String, Entry<T>> entries;

  private static final class Entry<T> {
    final CompletableFuture<T> answer = new CompletableFuture<>();
    final long since;

    Entry(long since) {
      this.since = since;
    }
  }

  /**
   * @param believed how long an answer is valid
   */
  public AnswerCache(int max, LongSupplier nanoClock, Function<T, Duration> believed) {
    this.nanoClock = nanoClock;
    this.believed = believed;
    this.entries = BoundedMap.oldestFirst(max);
  }

  public CompletableFuture<T> get(String key, Function<String, CompletableFuture<T>> question) {
    Entry<T> entry;
    synchronized (entries) {
      entry = entries.get(key);
      if (entry != null && counts(entry)) {
        return entry.answer;
      }
      entry = new Entry<>(nanoClock.getAsLong());
      entries.remove(key);
      entries.put(key, entry);
    }
    CompletableFuture<T> answer = entry.answer;
    question
        .apply(key)
        .whenComplete(
            (value, e) -> {
              if (e == null) {
                answer.complete(value);
              } else {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  private boolean counts(Entry<T> entry) {
    if (!entry.answer.isDone()) {
      return true;
    }
    return !entry.answer.isCompletedExceptionally()
        && nanoClock.getAsLong() - entry.since < believed.apply(entry.answer.join()).toNanos();
  }
}
