package io.github.chirpconnect.bench;

import io.github.chirpconnect.config.SourceConfig;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A network with a hundred times as many devices as streams: how soon an uplink is in Connect's
 * hands, and what that costs the server and this process. Time is not scaled: the server's streams
 * look once a second and bring ten entries, its logs keep ten, each device sends once in 15
 * minutes, by turns, heard by two gateways that chance chooses.
 *
 * <ol>
 *   <li>The task meets a network of which all devices sent a moment ago, with one uplink in each
 *       log: how many active devices a second it reads, and for how long each holds a stream. The
 *       CPU time of both processes tells whether the machine is the limit.
 *   <li>The usual traffic.
 *   <li>Silence: what is called when nothing changes.
 * </ol>
 */
final class ActivityBenchmark {
  private static final int DEVICES = Integer.getInteger("bench.devices", 10_000);
  private static final int GATEWAYS = Integer.getInteger("bench.gateways", DEVICES / 200);
  private static final int STREAMS = Integer.getInteger("bench.streams", DEVICES / 100);
  private static final int GATEWAY_STREAMS =
      Integer.getInteger("bench.gateway.streams", GATEWAYS * 2 / 5);
  private static final int SECONDS = Integer.getInteger("bench.seconds", 120);
  private static final int INTERVAL_SECONDS = Integer.getInteger("bench.interval.seconds", 900);

  /** {@code on}, {@code off}, or both one after the other. */
  private static final String SIGNAL = System.getProperty("bench.signal", "off,on");

  /** Zero switches the gateways' signal off. */
  private static final String SIGNAL_STREAMS = "activity.gateway.streams.max";

  private static final Duration PATIENCE = Duration.ofMinutes(20);

  /** After the last uplink: two walks, and the time to read what they find. */
  private static final Duration DRAIN = Duration.ofSeconds(150);

  private static final Duration SETTLE = Duration.ofSeconds(70);
  private static final Duration QUIET = Duration.ofSeconds(60);
  private static final double MILLIS = 1e3;

  private ActivityBenchmark() {}

  static void run() throws Exception {
    System.out.printf(
        "activity: %,d devices, %,d gateways, %,d streams of devices, an uplink of each device in %d s%n",
        DEVICES, GATEWAYS, STREAMS, INTERVAL_SECONDS);
    for (String signal : SIGNAL.split(",")) {
      System.out.printf("  with the gateways' signal %s%n", signal);
      run(signal.equals("on") ? GATEWAY_STREAMS : 0);
    }
  }

  private static void run(int gatewayStreams) throws Exception {
    try (ServerProcess server =
        new ServerProcess(new ServerProcess.Setup(DEVICES, GATEWAYS, 1, true))) {
      Map<String, String> settings =
          Map.of(
              SourceConfig.FEEDS,
              "devices,device-events",
              SourceConfig.DEVICE_STREAMS_MAX,
              Integer.toString(STREAMS),
              SIGNAL_STREAMS,
              Integer.toString(gatewayStreams));
      loadClasses(server.address(), settings);
      Arrivals arrivals = new Arrivals(ServerProcess.FIRST_EUI, DEVICES);
      long heap = Heap.used();
      try (PolledTask task = new PolledTask(server.address(), settings, arrivals)) {
        firstReading(server, arrivals);
        usualTraffic(server, arrivals);
        silence(server);
        task.check();
        System.out.printf(
            "    %-44s %,.0f bytes a device%n",
            "heap of the task", (Heap.used() - heap) / (double) DEVICES);
      }
    }
  }

  /** What is loaded and made once, however large a network is. */
  private static void loadClasses(ServerProcess.Address server, Map<String, String> settings)
      throws InterruptedException {
    try (SourceRun run = new SourceRun(server, settings)) {
      while (run.poll().isEmpty()) {
        // The first records are on their way.
      }
    }
  }

  private static void firstReading(ServerProcess server, Arrivals arrivals)
      throws InterruptedException {
    ServerProcess.Figures before = server.figures();
    long cpu = RawClient.ownCpu();
    long start = System.nanoTime();
    long missing = await(arrivals, DEVICES, PATIENCE);
    double seconds = (System.nanoTime() - start) / 1e9;
    double ownCpu = (RawClient.ownCpu() - cpu) / 1e9;
    ServerProcess.Figures cost = server.figures().since(before);
    System.out.printf(
        "    %-44s %,.0f a second (%,.0f s, %d missing, %.2f calls and %.1f reads a device)%n",
        "all devices were active: read",
        (DEVICES - missing) / seconds,
        seconds,
        missing,
        cost.allCalls() / (double) DEVICES,
        cost.reads() / (double) DEVICES);
    System.out.printf(
        "    %-44s %.2f s (%d streams by %.0f s, %d devices)%n",
        "a stream is held for at most", STREAMS * seconds / DEVICES, STREAMS, seconds, DEVICES);
    System.out.printf(
        "    %-44s task %.2f ms, server %.2f ms (together %.1f of %d cores)%n",
        "CPU time a device",
        ownCpu * MILLIS / DEVICES,
        cost.cpuMillis() / (double) DEVICES,
        (ownCpu + cost.cpuMillis() / MILLIS) / seconds,
        Runtime.getRuntime().availableProcessors());
  }

  private static void usualTraffic(ServerProcess server, Arrivals arrivals)
      throws InterruptedException {
    long had = arrivals.total();
    arrivals.begin();
    ServerProcess.Figures before = server.traffic((double) DEVICES / INTERVAL_SECONDS);
    long cpu = RawClient.ownCpu();
    // What is measured is a stretch of real time.
    Thread.sleep(SECONDS * 1_000L);
    double ownCpu = (RawClient.ownCpu() - cpu) / 1e9;
    ServerProcess.Figures cost = server.figures().since(before);
    ServerProcess.Figures end = server.traffic(0);
    long uplinks = end.uplinks() - before.uplinks();
    long missing = await(arrivals, had + uplinks, DRAIN);
    Arrivals.Delays delays = arrivals.delays();
    System.out.printf(
        "    %-44s p50 %.1f s, p90 %.1f s, p99 %.1f s, at most %.1f s (%,d uplinks)%n",
        "delay of an up, from the log to Connect",
        delays.p50() / MILLIS,
        delays.p90() / MILLIS,
        delays.p99() / MILLIS,
        delays.most() / MILLIS,
        uplinks);
    System.out.printf(
        "    %-44s %d (%d twice, %d gaps said)%n",
        "uplinks lost", missing, arrivals.again(), arrivals.gaps());
    double reads = cost.reads() / (double) cost.uplinks();
    System.out.printf(
        "    %-44s %.1f, 1/%.0f of a stream for each device (%d streams open)%n",
        "Redis reads an event", reads, INTERVAL_SECONDS / reads, cost.openStreams());
    System.out.printf(
        "    %-44s %.2f (%s)%n",
        "server calls an event",
        cost.allCalls() / (double) cost.uplinks(),
        perUnit(cost, (double) cost.uplinks(), "%s %.3f"));
    System.out.printf(
        "    %-44s task %.2f cores, server %.2f%n",
        "CPU of the usual traffic", ownCpu / SECONDS, cost.cpuMillis() / MILLIS / SECONDS);
  }

  private static void silence(ServerProcess server) throws InterruptedException {
    // Nothing happens that could be waited for: a stretch of real time is measured.
    Thread.sleep(SETTLE.toMillis());
    ServerProcess.Figures before = server.figures();
    Thread.sleep(QUIET.toMillis());
    ServerProcess.Figures cost = server.figures().since(before);
    double minutes = QUIET.toMillis() / 60e3;
    System.out.printf(
        "    %-44s %,.0f (%s), %,.0f Redis reads%n",
        "calls a minute when nothing changes",
        cost.allCalls() / minutes,
        perUnit(cost, minutes, "%s %.0f"),
        cost.reads() / minutes);
  }

  private static String perUnit(ServerProcess.Figures cost, double units, String form) {
    return cost.calls().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(one -> form.formatted(one.getKey().replace("api.", ""), one.getValue() / units))
        .collect(Collectors.joining(", "));
  }

  /** Returns how many of them did not come. */
  private static long await(Arrivals arrivals, long uplinks, Duration patience)
      throws InterruptedException {
    long start = System.nanoTime();
    while (arrivals.total() < uplinks && System.nanoTime() - start < patience.toNanos()) {
      // Short beside the delays, and cheap beside the work.
      Thread.sleep(50);
    }
    return uplinks - arrivals.total();
  }
}
