package io.github.chirpconnect.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.Fingerprints;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.record.schema.InventorySchemas;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long a walk through 100,000 devices takes, beside a client that lists and drops them. The
 * second line of each is this process's CPU time: where others use the machine, it says more than
 * the clock.
 */
final class WalkBenchmark {
  private static final int DEVICES = 100_000;
  private static final int PAGE = 10_000;
  private static final int WARM_UPS = 2;
  private static final int ROUNDS = 5;
  private static final double MILLIS = 1e6;
  private static final int RECORD_BYTES = 900_000;

  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private WalkBenchmark() {}

  static void run() throws Exception {
    try (ServerProcess process = new ServerProcess(DEVICES, 0)) {
      ServerProcess.Address server = process.address();
      try (RawClient client = new RawClient(server);
          ChirpStack chirpStack = ChirpStacks.connect(connection(server))) {
        String application = client.applicationId();
        Comparison.Round raw = () -> client.listDevices(application, PAGE) / MILLIS;
        measure("walk: 100,000 devices compared, ms", raw, () -> compared(chirpStack));
        measure("walk: 100,000 devices as first records, ms", raw, () -> written(server));
      }
    }
  }

  private static void measure(String what, Comparison.Round raw, Comparison.Round ours)
      throws Exception {
    List<Double> rawCpu = new ArrayList<>();
    List<Double> oursCpu = new ArrayList<>();
    Comparison times = Comparison.of(WARM_UPS, ROUNDS, noting(rawCpu, raw), noting(oursCpu, ours));
    Benchmarks.print(what, times);
    Benchmarks.print("  CPU time of it, ms", Comparison.ofPairs(WARM_UPS, rawCpu, oursCpu));
  }

  private static Comparison.Round noting(List<Double> cpu, Comparison.Round round) {
    return () -> {
      long before = PROCESS.getProcessCpuTime();
      double measured = round.run();
      cpu.add((PROCESS.getProcessCpuTime() - before) / MILLIS);
      return measured;
    };
  }

  private static ConnectionConfig connection(ServerProcess.Address server) {
    return new SourceConfig(
            Map.of(ConnectionConfig.URL, server.url(), ConnectionConfig.TOKEN, server.token()))
        .connection();
  }

  /** What a walk does where nothing has changed: lists, and takes each one's fingerprint. */
  private static double compared(ChirpStack chirpStack) throws InterruptedException {
    RecordFactory records =
        new RecordFactory("bench", () -> Generation.V4, Clock.systemUTC(), RECORD_BYTES);
    Fingerprints fingerprints =
        records.fingerprints(Feed.DEVICES, InventorySchemas.of(Feed.DEVICES).volatileByDefault());
    AtomicInteger devices = new AtomicInteger();
    long start = System.nanoTime();
    chirpStack.inventory(
        Scope.ALL,
        EnumSet.of(Feed.DEVICES),
        page -> {
          page.forEach(device -> fingerprints.of(device));
          devices.addAndGet(page.size());
        });
    if (devices.get() != DEVICES) {
      throw new IllegalStateException(devices + " devices were walked");
    }
    return (System.nanoTime() - start) / MILLIS;
  }

  /** From the start of a task to the last device's record. */
  private static double written(ServerProcess.Address server) throws InterruptedException {
    long start = System.nanoTime();
    try (SourceRun run = new SourceRun(server, Feed.DEVICES)) {
      run.read(DEVICES);
      return (System.nanoTime() - start) / MILLIS;
    }
  }
}
