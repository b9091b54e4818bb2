package io.github.chirpconnect.bench;

import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** One uplink after the other, by turns of all devices, at a pace that can be changed. */
final class Traffic {
  static final int PORT = 10;
  private static final Duration TICK = Duration.ofMillis(20);

  private final Network network;
  private final Time time;
  private final List<String> devEuis;
  private double perSecond;
  private double owed;
  private Instant last;
  private long sent;

  Traffic(Network network, Time time, List<String> devEuis) {
    this.network = network;
    this.time = time;
    this.devEuis = devEuis;
    this.last = time.now();
    time.after(TICK, this::tick);
  }

  /** From now on so many a second; zero for silence. */
  synchronized void pace(double uplinksPerSecond) {
    perSecond = uplinksPerSecond;
    owed = 0;
    last = time.now();
  }

  /** Uplinks so far. */
  synchronized long sent() {
    return sent;
  }

  /** Sends what has fallen due, also when the machine was busy meanwhile. */
  private void tick() {
    synchronized (this) {
      Instant now = time.now();
      owed += perSecond * Duration.between(last, now).toNanos() / 1e9;
      last = now;
      for (; owed >= 1; owed--) {
        String devEui = devEuis.get((int) (sent++ % devEuis.size()));
        network.uplink(devEui, PORT, LabCodec.payload(20 + (double) (sent % 10), 40));
      }
    }
    time.after(TICK, this::tick);
  }
}
