package io.github.chirpconnect.bench;

import io.github.chirpconnect.source.OffsetSizes;
import java.util.Arrays;

/**
 * Runs those that the argument names, with commas between ({@code source}, {@code sink}, {@code
 * idle}, {@code walk}, {@code formats}, {@code activity}, {@code offsets}, {@code worker}, {@code
 * delay}), and prints tables: {@code mvn verify -Pbench}.
 */
public final class Benchmarks {
  /** Warnings only, and not between the lines of the table. */
  static final String LOGGING = "bench/log4j2-bench.xml";

  private Benchmarks() {}

  public static void main(String[] args) throws Exception {
    System.setProperty("log4j2.configurationFile", LOGGING);
    System.out.printf(
        "%d cores, JDK %s (%s), %s %s%n",
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        System.getProperty("java.vm.name"),
        System.getProperty("os.name"),
        System.getProperty("os.arch"));
    System.out.printf(
        "%-42s %12s %12s %7s %15s%n", "", "raw gRPC", "connector", "ratio", "(of each pair)");
    if (wanted(args, "source")) {
      print("source task: typed records a second", SourceBenchmark.run());
    }
    if (wanted(args, "sink")) {
      print("sink task: commands a second, 8 in flight", SinkBenchmark.run());
    }
    if (wanted(args, "idle")) {
      print("source task: heap of an idle stream, bytes", IdleBenchmark.run());
    }
    if (wanted(args, "walk")) {
      WalkBenchmark.run();
    }
    if (wanted(args, "formats")) {
      FormatBenchmark.run();
    }
    if (wanted(args, "activity")) {
      ActivityBenchmark.run();
    }
    if (wanted(args, "offsets")) {
      OffsetSizes.print();
    }
    if (wanted(args, "worker")) {
      WorkerBenchmark.run();
    }
    if (wanted(args, "delay")) {
      DelayBenchmark.run();
    }
  }

  private static boolean wanted(String[] args, String name) {
    return Arrays.asList(args[0].split(",")).contains(name);
  }

  static void print(String what, Comparison measured) {
    System.out.printf(
        "%-42s %,12.0f %,12.0f %7.2f %15s%n",
        what,
        measured.raw(),
        measured.ours(),
        measured.ratio(),
        "%.2f to %.2f".formatted(measured.lowestRatio(), measured.highestRatio()));
  }
}
