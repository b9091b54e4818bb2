package io.github.chirpconnect.simulator.v4;

import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.OpenStream;
import io.github.chirpconnect.simulator.redis.RedisId;
import io.github.chirpconnect.simulator.time.Time;
import io.github.chirpconnect.simulator.v4.metrics.RedisDown;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Serves one stream as ChirpStack does: from the log's first entry on, ten entries a look, and
 * after each look, also a full one, the same pause. A client that does not take what it got stalls
 * its own stream; trimming goes on meanwhile.
 */
final class LogPump implements OpenStream {
  private static final int ENTRIES_PER_LOOK = 10;

  private final LogStore.Key key;
  private final LogStore logs;
  private final Time time;
  private final Duration pace;
  private final Duration redisTimeout;
  private final ServerCallStreamObserver<LogItem> client;
  private final Deque<LogItem> batch = new ArrayDeque<>();
  private final Runnable watcher = this::look;
  private RedisId last = RedisId.ZERO;
  private boolean sending;
  private boolean ended;
  private boolean closed;

  /**
   * @param pace between two looks; zero: entries are sent as they are written
   * @param redisTimeout how long a stream goes on after Redis went away
   */
  LogPump(
      LogStore.Key key,
      LogStore logs,
      Time time,
      Duration pace,
      Duration redisTimeout,
      ServerCallStreamObserver<LogItem> client) {
    this.key = key;
    this.logs = logs;
    this.time = time;
    this.pace = pace;
    this.redisTimeout = redisTimeout;
    this.client = client;
  }

  synchronized void start() {
    if (logs.isDown()) {
      fail(RedisDown.STATUS);
      return;
    }
    if (pace.isZero()) {
      logs.watch(key, watcher);
    }
    look();
  }

  /** The client can take more. */
  synchronized void resume() {
    if (sending) {
      send();
    }
  }

  @Override
  public synchronized void end() {
    ended = true;
    sending = false;
    batch.clear();
    logs.unwatch(key, watcher);
  }

  private synchronized void look() {
    if (ended || sending) {
      return;
    }
    if (logs.isDown()) {
      ended = true;
      time.after(redisTimeout, () -> fail(RedisDown.STATUS));
      return;
    }
    batch.addAll(logs.read(key, last, ENTRIES_PER_LOOK));
    send();
  }

  private void send() {
    sending = true;
    while (!batch.isEmpty() || readOn()) {
      if (!client.isReady()) {
        return;
      }
      LogItem item = batch.removeFirst();
      last = RedisId.parse(item.getId());
      client.onNext(item);
    }
    sending = false;
    if (!pace.isZero()) {
      time.after(pace, this::look);
    }
  }

  /** Without a pause, one look follows the other until nothing is left. */
  private boolean readOn() {
    return pace.isZero() && !logs.isDown() && batch.addAll(logs.read(key, last, ENTRIES_PER_LOOK));
  }

  @Override
  public synchronized void fail(Status status) {
    end();
    if (!closed && !client.isCancelled()) {
      closed = true;
      client.onError(status.asRuntimeException());
    }
  }

  @Override
  public LogStore.Key key() {
    return key;
  }
}
