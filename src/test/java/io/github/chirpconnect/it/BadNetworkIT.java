package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.simulator.Faults;
import io.github.chirpconnect.simulator.History;
import io.github.chirpconnect.simulator.Simulator;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One trouble after the other while the network is talking. The server keeps all of it, so each
 * entry is written once, in order, and no gap is reported.
 */
@Timeout(180)
class BadNetworkIT {
  private static final double UPLINKS_PER_SECOND = 40;

  private final Simulator chirpStack =
      Simulator.builder().history(History.exactly(2_000)).pace(Duration.ofMillis(100)).start();

  @Test
  void whateverEndsStreamsNothingIsLostDoubledOrOutOfOrder() {
    try (chirpStack;
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      source.start();
      chirpStack.living().start(UPLINKS_PER_SECOND);
      source.awaitStreams(2 * chirpStack.network().devEuis().size());
      troubles()
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
    }
  }

  private Map<String, Runnable> troubles() {
    Faults faults = chirpStack.faults();
    Map<String, Runnable> troubles = new LinkedHashMap<>();
    troubles.put(
        "the server restarts",
        () -> {
          chirpStack.stop();
          chirpStack.start();
        });
    troubles.put("connections are reset", faults::resetConnections);
    troubles.put("the server wants new connections", faults::goAway);
    troubles.put("streams end with an error", () -> faults.endStreams(Status.INTERNAL));
    troubles.put("streams end in good order", () -> faults.endStreams(Status.OK));
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
    troubles.put(
        "the inventory cannot be read",
        () -> faults.refuse("DeviceService/List", 3, Status.INTERNAL));
    return troubles;
  }
}
