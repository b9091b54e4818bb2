package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Target;
import java.util.Map;

/**
 * How long a payload for a multicast group may be. ChirpStack queues longer ones, and drops them
 * without an event when it is about to send them. A group has one data rate; that of a device
 * changes, and ChirpStack reports what it drops for that.
 *
 * <p>The numbers are N of the tables of maximum payload sizes in LoRaWAN's Regional Parameters
 * (RP002), without MAC commands and for devices behind no repeater, as ChirpStack has them; where
 * revisions differ, the largest. So what is refused can't be sent, and what is not refused may
 * still be too long by the server's own settings. N is 242 at the highest data rates; in the band
 * at 2.4 GHz, which is not in RP002, it is 240.
 */
public final class LargestPayload {
  /** No region permits less at any data rate for downlinks. */
  public static final int OF_ANY = 51;

  private static final int OF_HIGH_DATA_RATES = 242;

  /** By data rate; beyond the last one {@link #OF_HIGH_DATA_RATES}. */
  private static final int[] USUAL = {51, 51, 51, 115};

  /** AU915 and US915: up to seven are data rates for uplinks. */
  private static final int[] AMERICAN = {242, 242, 242, 242, 242, 242, 242, 242, 53, 129};

  private static final int[] ASIAN = {51, 51, 115, 115};

  private static final Map<String, int[]> BY_DATA_RATE =
      Map.ofEntries(
          Map.entry("EU868", USUAL),
          Map.entry("EU433", USUAL),
          Map.entry("CN779", USUAL),
          Map.entry("IN865", USUAL),
          Map.entry("KR920", USUAL),
          Map.entry("RU864", USUAL),
          Map.entry("CN470", new int[] {51, 51, 86, 184}),
          Map.entry("AS923", ASIAN),
          Map.entry("AS923_2", ASIAN),
          Map.entry("AS923_3", ASIAN),
          Map.entry("AS923_4", ASIAN),
          Map.entry("US915", AMERICAN),
          Map.entry("AU915", AMERICAN),
          Map.entry("ISM2400", new int[] {51, 115, 240, 240, 240, 240, 240, 240}));

  private LargestPayload() {}

  /** At a data rate of a region. */
  public static int of(String region, int dataRate) {
    int[] sizes = BY_DATA_RATE.getOrDefault(region, new int[0]);
    return dataRate >= 0 && dataRate < sizes.length ? sizes[dataRate] : OF_HIGH_DATA_RATES;
  }

  /** A payload that can't be sent to its target. */
  public static ApiException exceeded(Target target, int bytes, int most, String where) {
    return new ApiException(
        FailureKind.BAD_REQUEST,
        target
            + ": the payload has "
            + bytes
            + " bytes, and "
            + where
            + " permits "
            + most
            + "; ChirpStack would queue it and drop it unsent");
  }
}
