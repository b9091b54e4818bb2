package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.feed.Generation;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The longest payload that a multicast group is sent, by region and data rate. Those data rates
 * that a region lacks have less than nothing: nothing is sent at them.
 */
final class MaxPayload {
  private static final Map<String, List<Integer>> SIZES =
      """
      EU868 51 51 51 115 242 242 242 242 50 115 50 115
      IN865 51 51 51 115 242 242 242 242
      RU864 51 51 51 115 242 242 242 242
      EU433 51 51 51 115 242 242 242 242
      CN779 51 51 51 115 242 242 242 242
      CN470 0 23 86 184 242 242 242 242
      AS923 51 51 115 115 242 242 242 242
      KR920 51 51 51 115 242 242
      US915 11 53 125 242 242 50 125 -1 53 129 242 242 242 242
      AU915 51 51 51 115 242 242 242 50 53 129 242 242 242 242
      ISM2400 51 115 220 240 240 240 240 240
      """
          .lines()
          .map(line -> List.of(line.split(" ")))
          .collect(
              Collectors.toMap(
                  row -> row.get(0), row -> row.stream().skip(1).map(Integer::valueOf).toList()));

  private static final int NOTHING = -1;

  private MaxPayload() {}

  /**
   * @param region with or without the number of an offset, as {@code AS923-2} and {@code AS923_2}
   */
  static int of(Generation generation, String region, int dataRate) {
    if (generation == Generation.V4 && region.equals("EU868") && dataRate == 4) {
      return 222;
    }
    List<Integer> sizes = SIZES.get(region.split("[-_]")[0]);
    return dataRate < sizes.size() ? sizes.get(dataRate) : NOTHING;
  }
}
