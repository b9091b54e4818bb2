package io.github.chirpconnect.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Two ways to do the same, measured in turns, so that a busy minute of the machine meets both.
 *
 * @param raw the median of the bare gRPC client's rounds
 * @param ours the median of the connector's
 * @param ratios ours to raw, of each pair of rounds
 */
record Comparison(double raw, double ours, List<Double> ratios) {

  /** One round; returns what it measured. */
  @FunctionalInterface
  interface Round {
    double run() throws Exception;
  }

  /**
   * @param warmUps rounds of each that do not count
   * @param rounds of each that do
   */
  static Comparison of(int warmUps, int rounds, Round raw, Round ours) throws Exception {
    List<Double> raws = new ArrayList<>();
    List<Double> all = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < warmUps + rounds; i++) {
      double one = raw.run();
      double other = ours.run();
      if (i >= warmUps) {
        raws.add(one);
        all.add(other);
        ratios.add(other / one);
      }
    }
    return new Comparison(median(raws), median(all), List.copyOf(ratios));
  }

  /** The median of the pairs' ratios: what disturbs a pair disturbs both of it. */
  double ratio() {
    return median(ratios);
  }

  /** What shows how steady the machine was. */
  double lowestRatio() {
    return ratios.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  double highestRatio() {
    return ratios.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
