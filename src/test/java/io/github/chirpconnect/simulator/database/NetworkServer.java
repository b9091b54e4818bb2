package io.github.chirpconnect.simulator.database;

import io.github.chirpconnect.proto.v4.common.Region;
import java.util.Arrays;

/**
 * v3: the one that all organizations use.
 *
 * @param band as its configuration names it, such as {@code AS923-2}
 */
public record NetworkServer(String id, String name, String server, String band) {

  /** What it tells of itself: the first region of all for a band that is no region's name. */
  public String region() {
    return Arrays.stream(Region.values()).anyMatch(region -> region.name().equals(band))
        ? band
        : Region.EU868.name();
  }
}
