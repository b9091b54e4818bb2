package io.github.chirpconnect.api.v4;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Answers to questions about many things: each is asked for once for all who want it, believed for
 * a while, and asked for again after it failed. The oldest are forgotten when there are too many.
 * Safe for use by many threads.
 */
final class AnswerCache<T> {
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
   * @param believed how long an answer counts
   */
  AnswerCache(int max, LongSupplier nanoClock, Function<T, Duration> believed) {
    this.nanoClock = nanoClock;
    this.believed = believed;
    this.entries =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Entry<T>> eldest) {
            return size() > max;
          }
        };
  }

  CompletableFuture<T> get(String key, Function<String, CompletableFuture<T>> question) {
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
