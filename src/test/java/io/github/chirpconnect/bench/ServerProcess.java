package io.github.chirpconnect.bench;

import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.History;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;

/**
 * A simulated ChirpStack in a process of its own, so that its memory is not the clients'. It ends
 * when this process does, or is closed.
 */
final class ServerProcess implements AutoCloseable {
  private static final long FIRST_EUI = 0x0102_0304_0506_0000L;

  /** Held here, since a logger's level is lost with it. */
  private static final Logger NETTY = Logger.getLogger("io.grpc.netty");

  private static final int PORT = 10;
  private static final String READY = "ready";
  private static final long STOP_SECONDS = 10;

  /**
   * What a client has to know.
   *
   * @param events that the logs of all devices together hold
   */
  record Address(String url, String token, List<String> devEuis, long events) {}

  private final Process process;
  private final Address address;

  /**
   * @param uplinks of each device, in its log before the first client comes; a device that sent one
   *     has joined before
   */
  ServerProcess(int devices, int uplinks) {
    try {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx3g",
                  "-XX:+UseParallelGC",
                  "-Dlog4j2.configurationFile=" + Benchmarks.LOGGING,
                  "-cp",
                  System.getProperty("java.class.path"),
                  ServerProcess.class.getName(),
                  Integer.toString(devices),
                  Integer.toString(uplinks))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      address = read(devices);
    } catch (IOException e) {
      throw new UncheckedIOException("the server could not be started", e);
    }
  }

  private Address read(int devices) throws IOException {
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      String[] words = line.split(" ", -1);
      if (words[0].equals(READY)) {
        return new Address(words[1], words[2], devEuis(devices), Long.parseLong(words[3]));
      }
    }
    throw new IOException("it ended before it was ready");
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
   * @param args devices, uplinks of each
   */
  public static void main(String[] args) throws IOException {
    // Clients that leave while it sends to them are what it is there for.
    NETTY.setLevel(Level.SEVERE);
    List<String> devEuis = devEuis(Integer.parseInt(args[0]));
    int uplinks = Integer.parseInt(args[1]);
    // Room for the join, and for all gateways' frames: nothing is trimmed.
    int history = Math.max(10, uplinks + 1);
    try (Simulator simulator =
        Simulator.builder()
            .direct()
            .pace(Duration.ZERO)
            .history(History.exactly(history))
            .empty()
            .start()) {
      long events = populate(simulator.network(), devEuis, uplinks);
      System.out.println(
          String.join(" ", READY, simulator.url(), simulator.adminKey(), Long.toString(events)));
      // Standard input ends with the process that holds its other end.
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** Returns how many events were logged. */
  private static long populate(Network network, List<String> devEuis, int uplinks) {
    String tenant = network.addTenant("bench", Map.of());
    for (int i = 0; i < 2; i++) {
      network.addGateway(
          tenant,
          HexFormat.of().toHexDigits(0x00ef_7682_9d30_0000L + i),
          "gateway-" + i,
          Location.newBuilder().setLatitude(52.37).setLongitude(4.89 + i).build());
    }
    String profile =
        network.addDeviceProfile(tenant, "climate", false, Map.of("vendor", "lab"), new LabCodec());
    String application = network.addApplication(tenant, "climate", Map.of());
    for (String devEui : devEuis) {
      network.addDevice(devEui, application, profile, "sensor-" + devEui);
    }
    for (int i = 0; i < uplinks; i++) {
      for (String devEui : devEuis) {
        network.uplink(devEui, PORT, LabCodec.payload(20 + i % 10, 40));
      }
    }
    return devEuis.stream().mapToLong(devEui -> network.events(devEui).size()).sum();
  }
}
