package io.github.chirpconnect.simulator;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.simulator.fault.Faults;
import java.util.Arrays;

/** The servers that a connector may meet, for tests that hold for each of them. */
public enum SimulatedServer {
  V4_GRPC(Generation.V4, Simulator.Transport.GRPC),
  V4_REST(Generation.V4, Simulator.Transport.REST),
  V3_GRPC(Generation.V3, Simulator.Transport.GRPC),
  V3_REST(Generation.V3, Simulator.Transport.REST);

  private final Generation generation;
  private final Simulator.Transport transport;

  SimulatedServer(Generation generation, Simulator.Transport transport) {
    this.generation = generation;
    this.transport = transport;
  }

  static SimulatedServer of(Generation generation, Simulator.Transport transport) {
    return Arrays.stream(values())
        .filter(server -> server.generation == generation && server.transport == transport)
        .findFirst()
        .orElseThrow();
  }

  /** A builder of such a server. */
  public SimulatorBuilder builder() {
    return Simulator.builder().generation(generation).transport(transport);
  }

  public Generation generation() {
    return generation;
  }

  /** Whether it speaks HTTP/1.1 and JSON. */
  public boolean isRest() {
    return transport == Simulator.Transport.REST;
  }

  /** Whether events and frames can be streamed: not through the proxy before v4. */
  public boolean hasStreams() {
    return this != V4_REST;
  }

  /** Whether there are API keys that may read but not write. */
  public boolean hasReadOnlyKeys() {
    return generation == Generation.V4;
  }

  /** Whether there are {@code expires_at}, {@code flush_queue} and encrypted payloads. */
  public boolean hasDownlinkOptions() {
    return generation == Generation.V4;
  }

  /**
   * Whether it can be told that a command in doubt was never queued: not on v3, where a device's
   * class is not known.
   */
  public boolean tellsWhatWasNotQueued() {
    return generation == Generation.V4;
  }

  /** The method that queues a downlink, as {@link Faults} and {@link Observations} name it. */
  public String enqueueMethod() {
    return generation == Generation.V3 ? "DeviceQueueService/Enqueue" : "DeviceService/Enqueue";
  }
}
