package io.github.chirpconnect.api.v4;

import java.util.Map;

/**
 * How many bytes a multicast group's payload may have at its data rate. A group has one data rate;
 * that of a device changes, and ChirpStack reports what it drops for that.
 *
 * <p>The numbers are those with which ChirpStack itself compares a group's payload: N of its tables
 * of maximum payload sizes for the latest LoRaWAN version and revision of the Regional Parameters,
 * for devices behind no repeater, and without a limit of dwell time where a server can be
 * configured either way. So what is refused would be dropped, and what is not refused may still be
 * too long by the server's own settings.
 */
final class LargestPayload {
  private static final int LONGEST = 242;

  /** By data rate; beyond the last one {@link #LONGEST}. */
  private static final int[] USUAL = {51, 51, 51, 115};

  /** ChirpStack has 222 at data rate 4, where RP002 has 242. 8 to 11 are of LR-FHSS. */
  private static final int[] EU868 = {51, 51, 51, 115, 222, 242, 242, 242, 50, 115, 50, 115};

  /** AU915 and US915: up to seven are data rates for uplinks. */
  private static final int[] AMERICAN = {242, 242, 242, 242, 242, 242, 242, 242, 53, 129};

  private static final int[] ASIAN = {51, 51, 115, 115};

  private static final Map<String, int[]> SIZES =
      Map.ofEntries(
          Map.entry("EU868", EU868),
          Map.entry("EU433", USUAL),
          Map.entry("CN779", USUAL),
          Map.entry("IN865", USUAL),
          Map.entry("KR920", USUAL),
          Map.entry("RU864", USUAL),
          Map.entry("CN470", new int[] {0, 23, 86, 184}),
          Map.entry("AS923", ASIAN),
          Map.entry("AS923_2", ASIAN),
          Map.entry("AS923_3", ASIAN),
          Map.entry("AS923_4", ASIAN),
          Map.entry("US915", AMERICAN),
          Map.entry("AU915", AMERICAN),
          Map.entry("ISM2400", new int[] {51, 115, 240, 240, 240, 240, 240, 240}));

  private LargestPayload() {}

  /** By the name of the group's region. */
  static int of(String region, int dataRate) {
    int[] sizes = SIZES.getOrDefault(region, new int[0]);
    return dataRate >= 0 && dataRate < sizes.length ? sizes[dataRate] : LONGEST;
  }
}
