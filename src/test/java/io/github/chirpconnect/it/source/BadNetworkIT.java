package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.fault.Faults;
import io.github.chirpconnect.simulator.redis.History;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.Parameter;

/**
 * One trouble after the other while the network is talking. The server keeps all of it, so each
 * entry is written once, in order, and no gap is reported.
 */
@Execution(CONCURRENT)
@Timeout(180)
@ServersWithStreams
class BadNetworkIT {
  private static final double UPLINKS_PER_SECOND = 40;

  /** For all devices at once; v4's default. */
  private static final String STREAMS = "1000";

  private static final String POOL = "2000";

  /** Of which a v3 has ten Redis connections each for events and frames: more than devices. */
  private static final int CPUS = 6;

  @Parameter SimulatedServer server;

  @Test
  void whateverEndsStreamsNothingIsLostDoubledOrOutOfOrder() {
    try (Simulator chirpStack =
            server
                .builder()
                .history(History.exactly(2_000))
                .pace(Duration.ofMillis(100))
                .cpus(CPUS)
                .start();
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      int devices = chirpStack.network().devEuis().size();
      source
          .with("device.streams.max", STREAMS)
          .with("device.frame.streams.max", STREAMS)
          .with("chirpstack.redis.pool.size", POOL)
          .start();
      chirpStack.living().start(UPLINKS_PER_SECOND);
      source.awaitStreams(2 * devices);
      troubles(chirpStack)
          .forEach(
              (name, trouble) -> {
                trouble.run();
                int written = source.records().size();
                source.await("records after: " + name, all -> all.size() > written + 50);
              });
      chirpStack.living().stop();

      source.assertEachEntryOnceInOrder();
      assertThat(source.records())
          .allSatisfy(record -> assertThat(record.header("chirpstack.gap")).isNull());
      assertThat(chirpStack.observations().lostEvents()).isZero();
      assertThat(chirpStack.observations().lostUplinks()).isZero();
    }
  }

  private Map<String, Runnable> troubles(Simulator chirpStack) {
    Faults faults = chirpStack.faults();
    Map<String, Runnable> troubles = new LinkedHashMap<>();
    troubles.put(
        "the server restarts",
        () -> {
          chirpStack.stop();
          chirpStack.start();
        });
    troubles.put("connections are reset", faults::resetConnections);
    if (!server.isRest()) {
      troubles.put("the server wants new connections", faults::goAway);
    }
    troubles.put("streams end with an error", () -> faults.endStreams(Status.INTERNAL));
    troubles.put("streams end in good order", () -> faults.endStreams(Status.OK));
    troubles.putAll(
        switch (server.generation()) {
          case V3 -> troublesOfV3(chirpStack);
          case V4 -> troublesOfV4(faults);
        });
    troubles.put(
        "the inventory cannot be read",
        () -> faults.refuse("DeviceService/List", 3, Status.INTERNAL));
    return troubles;
  }

  private static Map<String, Runnable> troublesOfV4(Faults faults) {
    Map<String, Runnable> troubles = new LinkedHashMap<>();
    troubles.put(
        "streams are refused for a while",
        () -> {
          faults.refuse("InternalService/StreamDeviceEvents", 60, Status.UNAVAILABLE);
          faults.refuse("InternalService/StreamDeviceFrames", 60, Status.RESOURCE_EXHAUSTED);
          faults.resetConnections();
        });
    troubles.put(
        "streams are said not to be permitted for a while",
        () -> {
          faults.refuse("InternalService/StreamDeviceEvents", 30, Status.UNAUTHENTICATED);
          faults.endStreams(Status.UNAVAILABLE);
        });
    return troubles;
  }

  private static Map<String, Runnable> troublesOfV3(Simulator chirpStack) {
    Faults faults = chirpStack.faults();
    String events = "DeviceService/StreamEventLogs";
    String frames = "DeviceService/StreamFrameLogs";
    Status eof = Status.UNKNOWN.withDescription("EOF");
    Map<String, Runnable> troubles = new LinkedHashMap<>();
    troubles.put("the network server's Redis is away", () -> faults.endStreams(eof));
    troubles.put(
        "streams are refused for a while",
        () -> {
          faults.refuse(events, 60, Status.UNAVAILABLE.withDescription("transport is closing"));
          faults.refuse(frames, 60, eof);
          faults.resetConnections();
        });
    troubles.put(
        "the database has no connection left",
        () -> {
          Status refused =
              Status.UNAUTHENTICATED.withDescription(
                  "authentication failed: validator func error: select error: pq: sorry, too many"
                      + " clients already");
          faults.refuse(events, 30, refused);
          faults.refuse(frames, 30, refused);
          faults.refuse("DeviceService/List", 3, refused);
          faults.endStreams(Status.UNAVAILABLE);
        });
    troubles.put(
        "streams are said not to be permitted for a while",
        () -> {
          faults.refuse(
              events,
              30,
              Status.UNAUTHENTICATED.withDescription("authentication failed: not authorized"));
          faults.endStreams(Status.UNAVAILABLE);
        });
    troubles.put(
        "Redis hangs for a while",
        () -> {
          faults.hangRedis();
          awaitUplinks(chirpStack, 40);
          faults.endRedisHang();
        });
    return troubles;
  }

  private static void awaitUplinks(Simulator chirpStack, int count) {
    long before = entries(chirpStack);
    Awaitility.await("uplinks").until(() -> entries(chirpStack) >= before + count);
  }

  private static long entries(Simulator chirpStack) {
    return chirpStack.network().devEuis().stream()
        .mapToLong(devEui -> chirpStack.network().events(devEui).size())
        .sum();
  }
}
