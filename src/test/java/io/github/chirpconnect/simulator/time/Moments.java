package io.github.chirpconnect.simulator.time;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Moments as protobuf and as the JSON of ChirpStack's events write them. */
public final class Moments {
  private Moments() {}

  public static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  public static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  /** RFC 3339 with {@code +00:00}, never {@code Z}, and 0, 3, 6 or 9 digits of a second. */
  public static String text(Instant instant) {
    String text = instant.toString();
    return text.substring(0, text.length() - 1) + "+00:00";
  }
}
