package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Every downlink that the server accepted, in the order of acceptance. */
public final class Enqueues {
  /** An item that was queued, with the id that it got, and when. */
  public record DeviceEnqueue(Instant at, DeviceQueueItem item) {}

  /** An item that took a frame counter of its group, and when. */
  public record GroupEnqueue(Instant at, MulticastGroupQueueItem item) {}

  private final Time time;
  private final List<DeviceEnqueue> devices = new ArrayList<>();
  private final List<GroupEnqueue> groups = new ArrayList<>();

  public Enqueues(Time time) {
    this.time = time;
  }

  public synchronized void accepted(DeviceQueueItem item) {
    devices.add(new DeviceEnqueue(time.now(), item));
  }

  public synchronized void accepted(MulticastGroupQueueItem item) {
    groups.add(new GroupEnqueue(time.now(), item));
  }

  public synchronized List<DeviceEnqueue> devices() {
    return List.copyOf(devices);
  }

  public synchronized List<GroupEnqueue> groups() {
    return List.copyOf(groups);
  }
}
