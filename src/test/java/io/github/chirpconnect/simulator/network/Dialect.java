package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.simulator.database.Rows;

/** What the generations of ChirpStack do differently on the air and in their logs. */
public interface Dialect {
  DeviceEvents events(Rows rows);

  FrameLogs frames();

  Meters meters(Rows rows);

  DeviceQueues queues(Rows rows, DeviceEvents events, FrameLogs frames);
}
