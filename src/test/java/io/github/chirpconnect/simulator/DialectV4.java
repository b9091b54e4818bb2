package io.github.chirpconnect.simulator;

/** How v4 writes events and frames, and keeps queues. */
final class DialectV4 implements Dialect {
  private final LogStore logs;
  private final Time time;
  private final Chance chance;

  DialectV4(LogStore logs, Time time, Chance chance) {
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
