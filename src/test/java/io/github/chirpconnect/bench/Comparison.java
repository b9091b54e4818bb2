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
    for (int i = 0; i < warmUps + rounds; i++) {
      raws.add(raw.run());
      all.add(ours.run());
    }
    return ofPairs(warmUps, raws, all);
  }

  /**
   * @param warmUps pairs at the beginning that do not count
   */
  static Comparison ofPairs(int warmUps, List<Double> raw, List<Double> ours) {
    List<Double> ratios = new ArrayList<>();
    for (int i = warmUps; i < raw.size(); i++) {
      ratios.add(ours.get(i) / raw.get(i));
    }
    return new Comparison(
        median(raw.subList(warmUps, raw.size())),
        median(ours.subList(warmUps, ours.size())),
        List.copyOf(ratios));
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
