package io.github.chirpconnect.channel;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Spreads streams over connections. A server or proxy caps the streams of one connection, and gRPC
 * queues what is beyond the cap without a word: such a stream never starts. The first connection
 * that has room is taken, so that the last ones run empty; one that is still empty some time after
 * its last stream ended is closed, except the first.
 */
final class StreamPool {
  private final Supplier<ManagedChannel> connections;
  private final Function<ManagedChannel, Channel> facade;
  private final Consumer<Runnable> later;
  private final int maxStreams;
  private final List<Slot> slots = new ArrayList<>();
  private boolean closed;

  /** One connection. */
  private static final class Slot {
    private final ManagedChannel connection;
    private final Channel channel;
    private int streams;
    private long leasesGiven;

    Slot(ManagedChannel connection, Channel channel) {
      this.connection = connection;
      this.channel = channel;
    }
  }

  /**
   * @param connections makes a new one, not connected yet
   * @param facade what users of a connection get
   * @param later runs a task after the time for which an empty connection is kept
   */
  StreamPool(
      Supplier<ManagedChannel> connections,
      Function<ManagedChannel, Channel> facade,
      Consumer<Runnable> later,
      int maxStreams) {
    this.connections = connections;
    this.facade = facade;
    this.later = later;
    this.maxStreams = maxStreams;
  }

  synchronized StreamLease acquire() {
    Slot slot =
        slots.stream()
            .filter(candidate -> candidate.streams < maxStreams)
            .findFirst()
            .orElseGet(this::add);
    slot.streams++;
    slot.leasesGiven++;
    return new StreamLease(slot.channel, () -> release(slot));
  }

  private Slot add() {
    ManagedChannel connection = connections.get();
    if (closed) {
      // What is opened after the end fails as every call does then, rather than in a way of its
      // own.
      connection.shutdownNow();
    }
    Slot slot = new Slot(connection, facade.apply(connection));
    slots.add(slot);
    return slot;
  }

  private synchronized void release(Slot slot) {
    slot.streams--;
    if (slot.streams == 0 && !closed && slot != slots.get(0)) {
      long given = slot.leasesGiven;
      later.accept(() -> closeIfUnused(slot, given));
    }
  }

  private synchronized void closeIfUnused(Slot slot, long leasesGiven) {
    // Used in between: its next emptiness is looked at on its own.
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

  synchronized void close() {
    closed = true;
    slots.forEach(slot -> slot.connection.shutdownNow());
  }
}
