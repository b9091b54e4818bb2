package io.github.chirpconnect.simulator.v4.metrics;

import io.grpc.Status;

/** What v4 says while Redis is away. */
public final class RedisDown {
  public static final Status STATUS =
      Status.INTERNAL.withDescription(
          "Error occurred while creating a new object: Connection refused (os error 111): Connection refused"
              + " (os error 111): Connection refused (os error 111)");

  private RedisDown() {}
}
