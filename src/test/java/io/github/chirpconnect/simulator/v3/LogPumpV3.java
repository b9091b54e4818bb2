package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.OpenStream;
import io.github.chirpconnect.simulator.redis.RedisId;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.github.chirpconnect.simulator.time.Time;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.List;

/**
 * Serves one stream as v3 does: from an entry of the log on and then each entry as it is written,
 * without headers until there is one. It holds a Redis connection as long as it is open.
 */
final class LogPumpV3<T> implements OpenStream {
  private static final int ENTRIES_PER_READ = 10;

  /** The Redis client tries so long to get a lost connection back. */
  private static final Duration RECONNECTING = Duration.ofMillis(130);

  /** Reads entries. */
  interface Decoder<T> {
    T decode(LogItem entry) throws PoisonException;
  }

  /** An entry that cannot be read, now or ever. */
  static final class PoisonException extends Exception {
    private static final long serialVersionUID = 1L;
    private final Status status;

    /**
     * @param status what a stream ends with that comes to the entry
     */
    PoisonException(Status status) {
      super(status.toString());
      this.status = status;
    }
  }

  private final LogStore.Key key;
  private final LogStore logs;
  private final RedisPool pool;
  private final Time time;
  private final Decoder<T> decoder;
  private final Status trouble;
  private final ServerCallStreamObserver<T> client;
  private final Runnable watcher = this::look;
  private RedisId last;
  private boolean holding;
  private boolean reconnecting;
  private boolean ended;

  /**
   * @param from the entry after which the stream begins
   * @param trouble what a stream ends with when Redis fails it
   */
  LogPumpV3(
      LogStore.Key key,
      RedisId from,
      LogStore logs,
      RedisPool pool,
      Time time,
      Decoder<T> decoder,
      Status trouble,
      ServerCallStreamObserver<T> client) {
    this.key = key;
    this.last = from;
    this.logs = logs;
    this.pool = pool;
    this.time = time;
    this.decoder = decoder;
    this.trouble = trouble;
    this.client = client;
  }

  void start() {
    pool.hold(this::connected, () -> fail(trouble));
  }

  private void connected() {
    boolean late;
    synchronized (this) {
      late = ended;
      holding = !ended;
    }
    if (late) {
      pool.release();
    } else {
      logs.watch(key, watcher);
      look();
    }
  }

  /** The client can take more. */
  void resume() {
    look();
  }

  private void look() {
    Status end = send();
    if (end != null) {
      fail(end);
    }
  }

  /**
   * Sends what there is.
   *
   * @return what the stream ends with; null to go on
   */
  private synchronized Status send() {
    if (ended || !holding || logs.isHung()) {
      return null;
    }
    if (logs.isDown()) {
      reconnect();
      return null;
    }
    while (client.isReady()) {
      List<LogItem> entries = logs.read(key, last, ENTRIES_PER_READ);
      if (entries.isEmpty()) {
        return null;
      }
      for (LogItem entry : entries) {
        if (!client.isReady()) {
          return null;
        }
        last = RedisId.parse(entry.getId());
        try {
          client.onNext(decoder.decode(entry));
        } catch (PoisonException e) {
          return e.status;
        }
      }
    }
    return null;
  }

  private void reconnect() {
    if (!reconnecting) {
      reconnecting = true;
      time.after(RECONNECTING, this::reconnected);
    }
  }

  private void reconnected() {
    synchronized (this) {
      reconnecting = false;
    }
    if (logs.isDown()) {
      fail(trouble);
    } else {
      look();
    }
  }

  @Override
  public void fail(Status status) {
    if (stop() && !client.isCancelled()) {
      if (status.isOk()) {
        client.onCompleted();
      } else {
        client.onError(status.asRuntimeException());
      }
    }
  }

  @Override
  public void end() {
    stop();
  }

  /** Gives the connection back outside of the lock: who waits for it may write to this log. */
  private boolean stop() {
    boolean held;
    synchronized (this) {
      if (ended) {
        return false;
      }
      ended = true;
      held = holding;
      holding = false;
    }
    logs.unwatch(key, watcher);
    if (held) {
      pool.release();
    }
    return true;
  }

  @Override
  public LogStore.Key key() {
    return key;
  }
}
