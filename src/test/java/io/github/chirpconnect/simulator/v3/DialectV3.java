package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.network.DeviceEvents;
import io.github.chirpconnect.simulator.network.DeviceQueues;
import io.github.chirpconnect.simulator.network.Dialect;
import io.github.chirpconnect.simulator.network.FrameLogs;
import io.github.chirpconnect.simulator.network.Meters;
import io.github.chirpconnect.simulator.redis.Redis;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.github.chirpconnect.simulator.server.Version;
import io.github.chirpconnect.simulator.time.Time;
import java.util.concurrent.atomic.LongAdder;

/** How v3 writes events and frames, and keeps queues. */
public final class DialectV3 implements Dialect {
  private final Redis redis;
  private final RedisPool eventPool;
  private final Time time;
  private final Chance chance;
  private final LongAdder lostEvents;
  private final Version version;

  /**
   * @param eventPool the Redis connections that an event is written through
   * @param lostEvents counts the events that found none
   */
  public DialectV3(
      Redis redis,
      RedisPool eventPool,
      Time time,
      Chance chance,
      LongAdder lostEvents,
      Version version) {
    this.redis = redis;
    this.eventPool = eventPool;
    this.time = time;
    this.chance = chance;
    this.lostEvents = lostEvents;
    this.version = version;
  }

  @Override
  public DeviceEvents events(Rows rows) {
    return new EventWriterV3(rows, redis.logs(), eventPool, time, lostEvents, version);
  }

  @Override
  public FrameLogs frames() {
    return new FrameWriterV3(redis.logs(), chance);
  }

  @Override
  public Meters meters(Rows rows) {
    return new MetersV3(redis.metrics(), eventPool, time);
  }

  @Override
  public DeviceQueues queues(Rows rows, DeviceEvents events, FrameLogs frames) {
    return new DeviceQueuesV3(rows, events, frames, time, chance);
  }
}
