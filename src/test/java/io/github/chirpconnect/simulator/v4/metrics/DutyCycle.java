package io.github.chirpconnect.simulator.v4.metrics;

import io.github.chirpconnect.simulator.network.GatewayStats;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** How v4 keeps and shows what a gateway used of its air time. */
final class DutyCycle {
  static final String OF_ALLOWED = "max_load_perc_";
  static final String OF_WINDOW = "window_perc_";

  private DutyCycle() {}

  /** By the names that they are kept under. */
  static Map<String, Double> values(GatewayStats stats) {
    Map<String, Double> values = new HashMap<>();
    for (GatewayStats.Band band : stats.bands()) {
      long permille = band.allowed().toNanos() / (stats.window().toNanos() / 1000);
      String key =
          String.join(
              "_",
              band.name(),
              Integer.toString(band.fromHertz()),
              Integer.toString(band.toHertz()),
              Long.toString(permille));
      values.put(OF_ALLOWED + key, percent(band.used(), band.allowed()));
      values.put(OF_WINDOW + key, percent(band.used(), stats.window()));
    }
    return values;
  }

  private static double percent(Duration part, Duration whole) {
    return (double) part.toNanos() / whole.toNanos() * 100;
  }

  /** A key without its prefix as the answer's label: {@code M (868.00MHz - 868.60MHz: 1.00%)}. */
  static String label(String key) {
    String[] parts = key.split("_", -1);
    return String.format(
        Locale.ROOT,
        "%s (%.2fMHz - %.2fMHz: %.2f%%)",
        parts[0],
        Double.parseDouble(parts[1]) / 1e6,
        Double.parseDouble(parts[2]) / 1e6,
        Double.parseDouble(parts[3]) / 10);
  }
}
