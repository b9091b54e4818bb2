package io.github.chirpconnect.api;

import java.util.List;

/** Whoever walks through the inventory. What a method throws ends the walk. */
@FunctionalInterface
public interface DeviceWalk {
  /** Some more devices. */
  void page(List<Device> devices);

  /**
   * Part of what was asked for is not there; the walk goes on with the rest. Told before the first
   * page.
   *
   * @throws ApiException by default: {@link FailureKind#NOT_PERMITTED}
   */
  default void absent(Absent absent) {
    throw new ApiException(FailureKind.NOT_PERMITTED, absent.subject(), absent.reason(), null);
  }
}
