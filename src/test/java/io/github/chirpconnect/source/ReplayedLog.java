package io.github.chirpconnect.source;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A log as Redis keeps it, a stream of it as a server serves it, and the link between that and
 * whoever reads, which may stand still. What is in it and what has gone is known, so that books can
 * be kept.
 */
final class ReplayedLog {
  /** How entries are named, and how they come. */
  enum Server {
    /** Ids that rise; ten entries a look, one look a second. */
    V4,
    /** Ids that rise; all at once. */
    V3,
    /** No ids; all at once. */
    V3_DIGESTS
  }

  /** An entry's place among all that were ever written; the books go by it. */
  static int number(LogEntry entry) {
    return Integer.parseInt(entry.text());
  }

  private final Server server;
  private final Random random;
  private final Set<Long> usedIds = new HashSet<>();
  private TreeMap<Long, LogEntry> entries = new TreeMap<>();
  private final Set<Integer> held = new HashSet<>();
  private long redisClock = 10_000_000_000L;
  private long serverClock = 10_000_000_000L;
  private long lastId;
  private int numbers;
  int limit;

  ReplayedLog(Server server, int limit, Random random) {
    this.server = server;
    this.limit = limit;
    this.random = random;
  }

  void pass(long millis) {
    redisClock += millis;
    serverClock += millis;
  }

  /** Moves the clock that ids are made by. */
  void stepRedisClock(long millis) {
    redisClock += millis;
  }

  void append() {
    redisClock += 1 + random.nextInt(500);
    serverClock += 1 + random.nextInt(500);
    long id = Math.max(redisClock, lastId + 1);
    while (!usedIds.add(id)) {
      id++;
    }
    lastId = id;
    EntryId name =
        server == Server.V3_DIGESTS
            ? new EntryId.Digest(String.format("%016x", random.nextLong()))
            : new EntryId.Sequenced(id, 0);
    LogEntry entry =
        new LogEntry(
            "0101010101010101",
            LogKind.FRAMES,
            name,
            Instant.ofEpochMilli(serverClock),
            "up",
            Integer.toString(numbers++),
            Map.of(),
            text -> null);
    entries.put(id, entry);
    held.add(number(entry));
    while (entries.size() > limit) {
      held.remove(number(entries.pollFirstEntry().getValue()));
    }
  }

  List<LogEntry> content() {
    return List.copyOf(entries.values());
  }

  boolean holds(int number) {
    return held.contains(number);
  }

  int appended() {
    return numbers;
  }

  void clear() {
    entries.clear();
    held.clear();
    lastId = 0;
  }

  Map<Long, LogEntry> backup() {
    return new TreeMap<>(entries);
  }

  void restore(Map<Long, LogEntry> backup) {
    entries = new TreeMap<>(backup);
    held.clear();
    entries.values().forEach(entry -> held.add(number(entry)));
    lastId = entries.isEmpty() ? 0 : entries.lastKey();
  }

  Stream open(long now) {
    return new Stream(now);
  }

  /** An open stream. */
  final class Stream {
    private final Deque<LogEntry> underWay = new ArrayDeque<>();
    private long last;
    private long nextLook;

    private Stream(long now) {
      nextLook = now;
    }

    /** The server looks for what there is, if it is time. */
    void look(long now) {
      while (now >= nextLook) {
        entries.tailMap(last, false).entrySet().stream()
            .limit(server == Server.V4 ? 10 : Integer.MAX_VALUE)
            .forEach(
                next -> {
                  underWay.add(next.getValue());
                  last = next.getKey();
                });
        nextLook = server == Server.V4 ? nextLook + 1_000 : now + 1;
      }
    }

    /** What the link has carried; null when there is nothing. */
    LogEntry next() {
      return underWay.poll();
    }
  }
}
