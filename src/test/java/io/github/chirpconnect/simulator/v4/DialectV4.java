package io.github.chirpconnect.simulator.v4;

import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.network.DeviceEvents;
import io.github.chirpconnect.simulator.network.DeviceQueues;
import io.github.chirpconnect.simulator.network.Dialect;
import io.github.chirpconnect.simulator.network.FrameLogs;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.time.Time;

/** How v4 writes events and frames, and keeps queues. */
public final class DialectV4 implements Dialect {
  private final LogStore logs;
  private final Time time;
  private final Chance chance;

  public DialectV4(LogStore logs, Time time, Chance chance) {
    this.logs = logs;
    this.time = time;
    this.chance = chance;
  }

  @Override
  public DeviceEvents events(Rows rows) {
    return new EventWriterV4(rows, logs, time);
  }

  @Override
  public FrameLogs frames() {
    return new FrameWriterV4(logs, chance);
  }

  @Override
  public DeviceQueues queues(Rows rows, DeviceEvents events, FrameLogs frames) {
    return new DeviceQueuesV4(rows, events, frames, time, chance);
  }
}
