package io.github.chirpconnect.bench;

import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.Observations;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.SimulatorBuilder;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.History;
import io.github.chirpconnect.simulator.time.Time;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A simulated ChirpStack in a process of its own, so that its memory is not the clients'. It ends
 * when this process does, or is closed.
 */
final class ServerProcess implements AutoCloseable {
  static final long FIRST_EUI = 0x0102_0304_0506_0000L;

  private static final long FIRST_GATEWAY = 0x00ef_7682_9d30_0000L;
  private static final int PRIME = 7_919;

  /** Held here, since a logger's level is lost with it. */
  private static final Logger NETTY = Logger.getLogger("io.grpc.netty");

  private static final String READY = "ready";

  /**
   * Begins the line that sets the delay of answers; any other line but an empty one sets a pace.
   */
  private static final String DELAY = "delay ";

  private static final long STOP_SECONDS = 10;

  /**
   * What a client has to know.
   *
   * @param events that the logs of all devices together hold
   */
  record Address(String url, String token, List<String> devEuis, long events) {}

  /**
   * What is in the server.
   *
   * @param uplinks of each device, in its log before the first client comes; a device that sent one
   *     has joined before
   * @param paced whether streams look at their logs once a second, as ChirpStack's do, and logs are
   *     trimmed; else entries are sent as they are written, and all are kept
   */
  record Setup(int devices, int gateways, int uplinks, boolean paced) {
    static Setup of(List<String> arguments) {
      return new Setup(
          Integer.parseInt(arguments.get(0)),
          Integer.parseInt(arguments.get(1)),
          Integer.parseInt(arguments.get(2)),
          Boolean.parseBoolean(arguments.get(3)));
    }

    private List<String> arguments() {
      return Stream.of(devices, gateways, uplinks, paced).map(Object::toString).toList();
    }
  }

  /**
   * What the server counted since its start.
   *
   * @param uplinks that it made by itself
   * @param reads looks of streams into Redis
   * @param cpuMillis time of a core that the process used
   * @param calls by method
   */
  record Figures(
      long uplinks, long reads, long cpuMillis, int openStreams, Map<String, Long> calls) {
    private static final String WORD = "figures";

    /** All of them, streams that were opened among them. */
    long allCalls() {
      return calls.values().stream().mapToLong(Long::longValue).sum();
    }

    Figures since(Figures before) {
      Map<String, Long> more = new TreeMap<>();
      calls.forEach(
          (method, count) -> {
            long made = count - before.calls.getOrDefault(method, 0L);
            if (made > 0) {
              more.put(method, made);
            }
          });
      return new Figures(
          uplinks - before.uplinks,
          reads - before.reads,
          cpuMillis - before.cpuMillis,
          openStreams,
          more);
    }

    String line() {
      StringBuilder line = new StringBuilder(WORD);
      List.of(uplinks, reads, cpuMillis, (long) openStreams)
          .forEach(number -> line.append(' ').append(number));
      calls.forEach((method, count) -> line.append(' ').append(method).append(' ').append(count));
      return line.toString();
    }

    static Figures parse(String line) {
      String[] words = line.split(" ", -1);
      Map<String, Long> calls = new TreeMap<>();
      for (int i = 5; i < words.length; i += 2) {
        calls.put(words[i], Long.parseLong(words[i + 1]));
      }
      return new Figures(
          Long.parseLong(words[1]),
          Long.parseLong(words[2]),
          Long.parseLong(words[3]),
          Integer.parseInt(words[4]),
          calls);
    }
  }

  private final Process process;
  private final BufferedReader output;
  private final Writer input;
  private final Address address;

  /** One whose streams send at once. */
  ServerProcess(int devices, int uplinks) {
    this(new Setup(devices, 2, uplinks, false));
  }

  ServerProcess(Setup setup) {
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx4g",
                  "-XX:+UseParallelGC",
                  "-Dlog4j2.configurationFile=" + Benchmarks.LOGGING,
                  "-cp",
                  System.getProperty("java.class.path"),
                  ServerProcess.class.getName()));
      command.addAll(setup.arguments());
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      output = process.inputReader(StandardCharsets.UTF_8);
      input = process.outputWriter(StandardCharsets.UTF_8);
      String[] words = answer(READY).split(" ", -1);
      address = new Address(words[1], words[2], devEuis(setup.devices()), Long.parseLong(words[3]));
    } catch (IOException e) {
      throw new UncheckedIOException("the server could not be started", e);
    }
  }

  private String answer(String word) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(word + " ")) {
        return line;
      }
    }
    throw new IOException("the server's process ended");
  }

  /** From now on all devices together send so many uplinks a second, by turns. */
  Figures traffic(double uplinksPerSecond) {
    return ask(Double.toString(uplinksPerSecond));
  }

  /** From now on unary calls are done at once and answered so much later. */
  void delayAnswers(Duration delay) {
    ask(DELAY + delay.toMillis());
  }

  Figures figures() {
    return ask("");
  }

  private Figures ask(String line) {
    try {
      input.write(line + "\n");
      input.flush();
      return Figures.parse(answer(Figures.WORD));
    } catch (IOException e) {
      throw new UncheckedIOException("the server does not answer", e);
    }
  }

  Address address() {
    return address;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> devEuis(int devices) {
    return LongStream.range(FIRST_EUI, FIRST_EUI + devices)
        .mapToObj(HexFormat.of()::toHexDigits)
        .toList();
  }

  /**
   * The process itself.
   *
   * @param args a setup's
   */
  public static void main(String[] args) throws IOException {
    // Clients that leave while it sends to them are what it is there for.
    NETTY.setLevel(Level.SEVERE);
    Setup setup = Setup.of(List.of(args));
    try (Time time = Time.real();
        Simulator simulator = builder(setup).time(time).start()) {
      List<String> devEuis = devEuis(setup.devices());
      long events = populate(simulator.network(), setup, devEuis);
      Traffic traffic = new Traffic(simulator.network(), time, devEuis);
      System.out.println(
          String.join(" ", READY, simulator.url(), simulator.adminKey(), Long.toString(events)));
      // Standard input ends with the process that holds its other end.
      BufferedReader questions =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = questions.readLine(); line != null; line = questions.readLine()) {
        if (line.startsWith(DELAY)) {
          long millis = Long.parseLong(line.substring(DELAY.length()));
          simulator.faults().delayAnswers(Duration.ofMillis(millis));
        } else if (!line.isEmpty()) {
          traffic.pace(Double.parseDouble(line));
        }
        System.out.println(figures(simulator.observations(), traffic).line());
      }
    }
  }

  private static SimulatorBuilder builder(Setup setup) {
    SimulatorBuilder builder = Simulator.builder().direct().empty();
    return setup.paced()
        ? builder
        // Room for the join, and for all gateways' frames: nothing is trimmed.
        : builder.pace(Duration.ZERO).history(History.exactly(Math.max(10, setup.uplinks() + 1)));
  }

  private static Figures figures(Observations seen, Traffic traffic) {
    return new Figures(
        traffic.sent(),
        seen.streamReads(),
        TimeUnit.NANOSECONDS.toMillis(RawClient.ownCpu()),
        seen.openStreams(),
        seen.calls());
  }

  /** Returns how many events were logged. */
  private static long populate(Network network, Setup setup, List<String> devEuis) {
    String tenant = network.addTenant("bench", Map.of());
    for (int i = 0; i < setup.gateways(); i++) {
      network.addGateway(
          tenant,
          // Neighbours in the order of ids are no neighbours on the air.
          HexFormat.of().toHexDigits(FIRST_GATEWAY + (long) i * PRIME % setup.gateways()),
          "gateway-" + i,
          Location.newBuilder().setLatitude(52.37).setLongitude(4.89 + i / 100.0).build());
    }
    String profile =
        network.addDeviceProfile(tenant, "climate", false, Map.of("vendor", "lab"), new LabCodec());
    String application = network.addApplication(tenant, "climate", Map.of());
    for (String devEui : devEuis) {
      network.addDevice(devEui, application, profile, "sensor-" + devEui);
    }
    for (int i = 0; i < setup.uplinks(); i++) {
      for (String devEui : devEuis) {
        network.uplink(devEui, Traffic.PORT, LabCodec.payload(20 + i % 10, 40));
      }
    }
    return devEuis.stream().mapToLong(devEui -> network.events(devEui).size()).sum();
  }
}
