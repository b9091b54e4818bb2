package io.github.chirpconnect.channel.pool;

import io.github.chirpconnect.config.ConnectionConfig;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spreads streams over connections. A server or proxy limits the streams of one connection, and
 * gRPC silently queues streams beyond the limit: they never start. A new stream takes the first
 * connection with room, so that the last ones run empty. An empty connection is closed after a
 * while, except the first.
 *
 * <p>A stream whose request is not sent shows that the limit is lower than configured. Then the
 * number of streams that were sent on its connection becomes the limit of all connections. From
 * time to time twice as many are tried, since a server may have refused them only for a moment.
 */
public final class StreamPool {
  private static final Logger LOG = LoggerFactory.getLogger(StreamPool.class);
  private static final Duration EMPTY_CONNECTION_KEPT = Duration.ofSeconds(10);

  /** A request that was not sent in twice this time, on a connection that works, is withheld. */
  private static final Duration LOOK_AFTER = Duration.ofMillis(500);

  /** How long a learned limit holds before more streams are tried. */
  static final Duration GROWS_AFTER = Duration.ofMinutes(10);

  private final Supplier<ManagedChannel> connections;
  private final Function<ManagedChannel, Channel> facade;
  private final BiConsumer<Runnable, Duration> later;
  private final List<Slot> slots = new ArrayList<>();
  private final int configured;
  private int maxStreams;
  private boolean growing;
  private boolean said;
  private boolean closed;

  /** One connection. */
  private static final class Slot {
    private final ManagedChannel connection;
    private final Channel channel;
    private int maxStreams;
    private int streams;
    private int sent;
    private long leasesGiven;

    Slot(ManagedChannel connection, Channel channel, int maxStreams) {
      this.connection = connection;
      this.channel = channel;
      this.maxStreams = maxStreams;
    }
  }

  /**
   * @param connections makes a new one, not connected yet
   * @param facade wraps a connection for its users
   * @param later runs a task after a time, on the thread that sends requests
   * @param maxStreams the initial limit of streams per connection
   */
  public StreamPool(
      Supplier<ManagedChannel> connections,
      Function<ManagedChannel, Channel> facade,
      BiConsumer<Runnable, Duration> later,
      int maxStreams) {
    this.connections = connections;
    this.facade = facade;
    this.later = later;
    this.configured = maxStreams;
    this.maxStreams = maxStreams;
  }

  public synchronized StreamLease acquire() {
    Slot slot =
        slots.stream()
            .filter(candidate -> candidate.streams < candidate.maxStreams)
            .findFirst()
            .orElseGet(this::add);
    slot.streams++;
    slot.leasesGiven++;
    Place place = new Place(slot);
    return new StreamLease(slot.channel, place, place::release);
  }

  private Slot add() {
    ManagedChannel connection = connections.get();
    if (closed) {
      // What is opened after the end fails as every call does then, rather than in a way of its
      // own.
      connection.shutdownNow();
    }
    Slot slot = new Slot(connection, facade.apply(connection), maxStreams);
    slots.add(slot);
    return slot;
  }

  /** One of the streams that a connection carries. */
  final class Place {
    private final Slot slot;
    private Runnable onWithheld = () -> {};
    private boolean sent;
    private boolean left;

    private Place(Slot slot) {
      this.slot = slot;
    }

    void whenWithheld(Runnable onWithheld) {
      this.onWithheld = onWithheld;
    }

    /**
     * The connection is ready, and the stream's request may be sent. One look would be deceived by
     * a thread that stood still: it wakes to the look first, and to the request behind it. What was
     * not sent at a second look, though the thread has worked meanwhile, waits for the other side.
     */
    void created() {
      later.accept(() -> later.accept(this::look, LOOK_AFTER), LOOK_AFTER);
    }

    private void look() {
      if (withheld()) {
        onWithheld.run();
      }
    }

    /** The request was sent. */
    void sent() {
      synchronized (StreamPool.this) {
        if (!sent && !left) {
          sent = true;
          slot.sent++;
        }
      }
    }

    /** The request was sent, and the other side refused the stream. */
    void refused() {
      synchronized (StreamPool.this) {
        unsend();
      }
      look();
    }

    private boolean withheld() {
      synchronized (StreamPool.this) {
        // If no request was sent, a limit is not the cause.
        if (sent || left || closed || slot.sent == 0) {
          return false;
        }
        slot.maxStreams = slot.sent;
        maxStreams = Math.min(maxStreams, slot.sent);
        growLater();
        if (!said) {
          said = true;
          LOG.warn(
              "The server, or a proxy before it, lets no more than {} streams through on one connection and holds back the"
                  + " others. More connections are opened for them. Set {} to {} or less, or raise the proxy's limit (nginx:"
                  + " http2_max_concurrent_streams; HAProxy: tune.h2.max-concurrent-streams)",
              slot.sent,
              ConnectionConfig.MAX_STREAMS_PER_CONNECTION,
              slot.sent);
        }
        return true;
      }
    }

    private void unsend() {
      if (sent) {
        sent = false;
        slot.sent--;
      }
    }

    private void release() {
      synchronized (StreamPool.this) {
        left = true;
        unsend();
        StreamPool.this.release(slot);
      }
    }
  }

  private void growLater() {
    if (!growing) {
      growing = true;
      later.accept(this::grow, GROWS_AFTER);
    }
  }

  private synchronized void grow() {
    growing = false;
    if (closed) {
      return;
    }
    maxStreams = Math.min(configured, 2 * maxStreams);
    slots.forEach(slot -> slot.maxStreams = Math.min(configured, 2 * slot.maxStreams));
    if (maxStreams < configured) {
      growLater();
    }
  }

  private void release(Slot slot) {
    slot.streams--;
    if (slot.streams == 0 && !closed && slot != slots.get(0)) {
      long given = slot.leasesGiven;
      later.accept(() -> closeIfUnused(slot, given), EMPTY_CONNECTION_KEPT);
    }
  }

  private synchronized void closeIfUnused(Slot slot, long leasesGiven) {
    // Used meanwhile: a later check covers its next idle time.
    if (slot.leasesGiven == leasesGiven && slots.remove(slot)) {
      slot.connection.shutdownNow();
    }
  }

  synchronized int connections() {
    return slots.size();
  }

  synchronized int streams() {
    return slots.stream().mapToInt(slot -> slot.streams).sum();
  }

  public synchronized void close() {
    closed = true;
    slots.forEach(slot -> slot.connection.shutdownNow());
  }
}
