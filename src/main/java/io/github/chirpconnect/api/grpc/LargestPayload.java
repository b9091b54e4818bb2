package io.github.chirpconnect.api.grpc;

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
public final class LargestPayload {
  private static final int LONGEST = 242;

  /** By data rate; beyond the last one {@link #LONGEST}. */
  private static final int[] USUAL = {51, 51, 51, 115};

  /** ChirpStack has 222 at data rate 4, where RP002 has 242. 8 to 11 are of LR-FHSS. */
  private static final int[] EU868 = {51, 51, 51, 115, 222, 242, 242, 242, 50, 115, 50, 115};

  /** AU915 and US915: up to seven are data rates for uplinks. */
  private static final int[] AMERICAN = {242, 242, 242, 242, 242, 242, 242, 242, 53, 129};

  private static final int[] ASIAN = {51, 51, 115, 115};

  private static final Map<String, int[]> V4 =
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

  /** The largest of all bands: a v3 group does not tell its network server's band. */
  private static final int[] V3 = {51, 115, 220, 242, 242, 242, 242, 242, 53, 129};

  private LargestPayload() {}

  /** Of a v4 group, by the name of its region. */
  public static int ofV4(String region, int dataRate) {
    return at(dataRate, V4.getOrDefault(region, new int[0]));
  }

  /** Of a v3 group. */
  public static int ofV3(int dataRate) {
    return at(dataRate, V3);
  }

  private static int at(int dataRate, int[] sizes) {
    return dataRate >= 0 && dataRate < sizes.length ? sizes[dataRate] : LONGEST;
  }
}
