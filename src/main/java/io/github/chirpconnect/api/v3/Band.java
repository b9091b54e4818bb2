package io.github.chirpconnect.api.v3;

import java.util.List;
import java.util.function.Predicate;

/**
 * The bands that a network server can be configured for, each with the largest payload that its
 * multicast groups may be sent.
 *
 * <p>The numbers are those with which the network server itself compares a group's payload: N of
 * its tables of maximum payload sizes for the latest LoRaWAN version and revision of the Regional
 * Parameters, for devices behind no repeater, and without a limit of dwell time. A server that is
 * configured otherwise compares with less, and does not tell. They are those of every network
 * server from 3.13 on; earlier ones lack some data rates, and 3.10 has more for CN470.
 */
enum Band {
  EU868(863, 870, 51, 51, 51, 115, 242, 242, 242, 242, 50, 115, 50, 115),
  IN865(865, 867, 51, 51, 51, 115),
  RU864(864, 870, 51, 51, 51, 115),
  EU433(433, 435, 51, 51, 51, 115),
  CN470(470, 510, 0, 23, 86, 184),
  CN779(779, 787, 51, 51, 51, 115),
  /** With each of its four offsets. */
  AS923(915, 928, 51, 51, 115, 115),
  KR920(920, 924, 51, 51, 51, 115),
  US915(902, 928, 11, 53, 125, 242, 242, 50, 125, 242, 53, 129),
  AU915(915, 928, 51, 51, 51, 115, 242, 242, 242, 50, 53, 129),
  ISM2400(2400, 2500, 51, 115, 220, 240, 240, 240, 240, 240);

  private static final int LONGEST = 242;
  private static final long HERTZ = 1_000_000;

  private final long lowest;
  private final long highest;

  /** By data rate; beyond the last one {@link #LONGEST}. */
  private final int[] sizes;

  Band(int fromMegahertz, int toMegahertz, int... sizes) {
    this.lowest = fromMegahertz * HERTZ;
    this.highest = toMegahertz * HERTZ;
    this.sizes = sizes;
  }

  /**
   * The bands that a group can belong to: those that its network server can have, and of these the
   * ones with the group's frequency, if any.
   *
   * @param region as the network server tells it; one that is not known here can be any
   * @param frequency in hertz
   */
  static List<Band> of(String region, long frequency) {
    List<Band> told = matching(List.of(values()), band -> band.mayTell(region));
    List<Band> possible = told.isEmpty() ? List.of(values()) : told;
    List<Band> tuned = matching(possible, band -> band.has(frequency));
    return tuned.isEmpty() ? possible : tuned;
  }

  private static List<Band> matching(List<Band> bands, Predicate<Band> condition) {
    return bands.stream().filter(condition).toList();
  }

  /**
   * Whether a network server of this band tells the region. It tells EU868, the first one, if it
   * has no name for its band: that of AS923 with an offset, and before 3.14 that of ISM2400.
   */
  private boolean mayTell(String region) {
    return switch (this) {
      case AS923 -> region.startsWith(name()) || region.equals(EU868.name());
      case ISM2400 -> region.equals(name()) || region.equals(EU868.name());
      default -> region.equals(name());
    };
  }

  private boolean has(long frequency) {
    return lowest <= frequency && frequency <= highest;
  }

  /** The largest payload in bytes. */
  int largestPayload(int dataRate) {
    return dataRate >= 0 && dataRate < sizes.length ? sizes[dataRate] : LONGEST;
  }
}
