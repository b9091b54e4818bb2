package io.github.chirpconnect.simulator.v4;

import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.network.DeviceEvents;
import io.github.chirpconnect.simulator.network.DeviceQueues;
import io.github.chirpconnect.simulator.network.Dialect;
import io.github.chirpconnect.simulator.network.FrameLogs;
import io.github.chirpconnect.simulator.network.Meters;
import io.github.chirpconnect.simulator.redis.Redis;
import io.github.chirpconnect.simulator.server.Version;
import io.github.chirpconnect.simulator.time.Time;
import io.github.chirpconnect.simulator.v4.metrics.MetersV4;

/** How v4 writes events and frames, and keeps queues. */
public final class DialectV4 implements Dialect {
  private final Redis redis;
  private final Time time;
  private final Chance chance;
  private final Version version;

  public DialectV4(Redis redis, Time time, Chance chance, Version version) {
    this.redis = redis;
    this.time = time;
    this.chance = chance;
    this.version = version;
  }

  @Override
  public DeviceEvents events(Rows rows) {
    return new EventWriterV4(rows, redis.logs(), time, version);
  }

  @Override
  public FrameLogs frames() {
    return new FrameWriterV4(redis.logs(), chance, version);
  }

  @Override
  public Meters meters(Rows rows) {
    return new MetersV4(rows, redis.metrics(), time);
  }

  @Override
  public DeviceQueues queues(Rows rows, DeviceEvents events, FrameLogs frames) {
    return new DeviceQueuesV4(rows, events, frames, time, chance);
  }
}
