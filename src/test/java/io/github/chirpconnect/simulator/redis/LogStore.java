package io.github.chirpconnect.simulator.redis;

import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** The logs of all devices and gateways: the part of the server that Redis keeps, and loses. */
public final class LogStore {
  public enum Kind {
    DEVICE_EVENTS,
    DEVICE_FRAMES,
    GATEWAY_FRAMES
  }

  /**
   * Names one log.
   *
   * @param eui the text that a caller gave, upper case and all: writers use lower case, so other
   *     spellings find nothing
   */
  public record Key(Kind kind, String eui) {}

  private final Time time;
  private final History history;
  private final Map<Key, EntryLog> logs = new ConcurrentHashMap<>();
  private final Map<Key, List<Runnable>> watchers = new ConcurrentHashMap<>();
  private final LongAdder reads = new LongAdder();
  private volatile Duration clockOffset = Duration.ZERO;
  private volatile boolean down;
  private volatile boolean hung;

  public LogStore(Time time, History history) {
    this.time = time;
    this.history = history;
  }

  /** Appends an entry, whose id this gives. While Redis is down it is lost. */
  public void append(Kind kind, String eui, LogItem.Builder entry) {
    if (down || history.entries() == 0) {
      return;
    }
    Key key = new Key(kind, eui);
    log(key).append(time.now().plus(clockOffset).toEpochMilli(), entry);
    for (Runnable watcher : watchers.getOrDefault(key, List.of())) {
      watcher.run();
    }
  }

  public List<LogItem> read(Key key, RedisId after, int limit) {
    reads.increment();
    EntryLog log = logs.get(key);
    return log == null ? List.of() : log.after(after, limit);
  }

  /** How often streams looked for entries. */
  public long reads() {
    return reads.sum();
  }

  public List<LogItem> all(Key key) {
    EntryLog log = logs.get(key);
    return log == null ? List.of() : log.all();
  }

  /** Puts a log in place of what was there. */
  public void replace(Key key, List<LogItem> items) {
    EntryLog log = newLog(key);
    log.restore(items);
    logs.put(key, log);
  }

  /** Calls after each entry written to a log, until the watcher is taken off again. */
  public void watch(Key key, Runnable watcher) {
    watchers.computeIfAbsent(key, k -> new CopyOnWriteArrayList<>()).add(watcher);
  }

  public void unwatch(Key key, Runnable watcher) {
    watchers.computeIfPresent(
        key,
        (k, all) -> {
          all.remove(watcher);
          return all.isEmpty() ? null : all;
        });
  }

  public boolean isDown() {
    return down;
  }

  public void setDown(boolean down) {
    this.down = down;
    if (down) {
      watchers.values().forEach(all -> all.forEach(Runnable::run));
    }
  }

  public boolean isHung() {
    return hung;
  }

  /** While Redis hangs, what is written waits for its readers. */
  public void setHung(boolean hung) {
    this.hung = hung;
    if (!hung) {
      watchers.values().forEach(all -> all.forEach(Runnable::run));
    }
  }

  public void setClockOffset(Duration offset) {
    clockOffset = offset;
  }

  public void clear() {
    logs.clear();
  }

  public void clear(String eui) {
    logs.keySet().removeIf(key -> key.eui().equals(eui));
  }

  public Map<Key, List<LogItem>> snapshot() {
    return logs.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> entry.getValue().all()));
  }

  public void restore(Map<Key, List<LogItem>> snapshot) {
    logs.clear();
    snapshot.forEach(this::replace);
  }

  private EntryLog log(Key key) {
    return logs.computeIfAbsent(key, this::newLog);
  }

  private EntryLog newLog(Key key) {
    int node = key.kind() == Kind.DEVICE_EVENTS ? history.eventNode() : history.frameNode();
    return new EntryLog(history.entries(), node);
  }
}
