package io.github.chirpconnect.bench;

import java.util.List;

/**
 * What one round measured.
 *
 * @param perSecond records
 * @param cpuMicros of the client or the worker, for each record
 */
record Throughput(double perSecond, double cpuMicros) {

  /** The line of a table: medians of both, and of the ratios of each pair. */
  static void print(String what, List<Throughput> raw, List<Throughput> ours) {
    Comparison speed = Comparison.ofPairs(0, speeds(raw), speeds(ours));
    Comparison cpu = Comparison.ofPairs(0, cpus(raw), cpus(ours));
    System.out.printf(
        "%-42s %,12.0f %,12.0f %7.2f %,12.0f %,12.0f %7.2f   (ratios %.2f to %.2f)%n",
        what,
        speed.raw(),
        speed.ours(),
        speed.ratio(),
        cpu.raw(),
        cpu.ours(),
        cpu.ratio(),
        speed.lowestRatio(),
        speed.highestRatio());
  }

  private static List<Double> speeds(List<Throughput> rounds) {
    return rounds.stream().map(Throughput::perSecond).toList();
  }

  private static List<Double> cpus(List<Throughput> rounds) {
    return rounds.stream().map(Throughput::cpuMicros).toList();
  }
}
