package io.github.chirpconnect.simulator.redis;

import io.github.chirpconnect.proto.v4.LogItem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;

/** One log, as a Redis stream keeps it. */
final class EntryLog {
  private final int keep;
  private final int nodeSize;
  private final TreeMap<RedisId, LogItem> entries = new TreeMap<>();

  /** How many entries are in each node, the oldest node first. */
  private final Deque<Integer> nodes = new ArrayDeque<>();

  private RedisId last = RedisId.ZERO;

  EntryLog(int keep, int nodeSize) {
    this.keep = keep;
    this.nodeSize = nodeSize;
  }

  synchronized void append(long clockMillis, LogItem.Builder entry) {
    last = last.next(clockMillis);
    entries.put(last, entry.setId(last.toString()).build());
    count();
    while (entries.size() - nodes.peekFirst() >= keep) {
      for (int i = nodes.removeFirst(); i > 0; i--) {
        entries.pollFirstEntry();
      }
    }
  }

  /** Takes entries as they are, with their ids, and trims nothing. */
  synchronized void restore(List<LogItem> items) {
    for (LogItem item : items) {
      RedisId id = RedisId.parse(item.getId());
      if (id.compareTo(last) <= 0) {
        throw new IllegalArgumentException("entry " + id + " does not come after " + last);
      }
      entries.put(id, item);
      last = id;
      count();
    }
  }

  private void count() {
    if (nodes.isEmpty() || nodes.peekLast() >= nodeSize) {
      nodes.addLast(1);
    } else {
      nodes.addLast(nodes.removeLast() + 1);
    }
  }

  /** The oldest entries after an id, {@code limit} at most. */
  synchronized List<LogItem> after(RedisId id, int limit) {
    return entries.tailMap(id, false).values().stream().limit(limit).toList();
  }

  synchronized List<LogItem> all() {
    return new ArrayList<>(entries.values());
  }
}
