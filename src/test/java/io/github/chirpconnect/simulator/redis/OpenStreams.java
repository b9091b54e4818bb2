package io.github.chirpconnect.simulator.redis;

import io.grpc.Status;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The streams that are open now. */
public final class OpenStreams {
  private final Set<OpenStream> pumps = new LinkedHashSet<>();
  private int most;

  public synchronized void add(OpenStream pump) {
    pumps.add(pump);
    most = Math.max(most, pumps.size());
  }

  /** Takes a stream off, also one that is off already. */
  public synchronized void remove(OpenStream pump) {
    pumps.remove(pump);
  }

  public synchronized int count() {
    return pumps.size();
  }

  public synchronized int most() {
    return most;
  }

  /** The logs that are read, one mention for each stream. */
  public synchronized List<LogStore.Key> keys() {
    return pumps.stream().map(OpenStream::key).toList();
  }

  /** Ends all with a status. */
  public void end(Status status) {
    all().forEach(pump -> pump.fail(status));
  }

  /** The server is gone, and with it its streams. */
  public void drop() {
    all()
        .forEach(
            pump -> {
              pump.end();
              remove(pump);
            });
  }

  /** A copy: what ends takes itself off. */
  private synchronized List<OpenStream> all() {
    return List.copyOf(pumps);
  }
}
